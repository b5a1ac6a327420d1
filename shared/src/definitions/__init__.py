"""Definitions that staff change without a release: versions, each with what it says, who made it and when it holds."""
