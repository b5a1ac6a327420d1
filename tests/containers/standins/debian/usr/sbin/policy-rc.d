#!/bin/sh
# No package starts a service in a container.
exit 101
