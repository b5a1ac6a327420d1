"""Every table, imported so that the migrations see them all."""

from recruitment.models import ads, events

__all__ = ["ads", "events"]
