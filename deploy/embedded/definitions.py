"""What is read of the packages' files: once, by the process that all are forked from, which imports this module."""

from contextlib import suppress

from eservice_intake.catalogue.eservices import catalogue
from permit_guide.guide.loading import current
from recruitment.shortages import current as shortages

with suppress(SystemExit):  # what is wrong with a file is said by each process that needs it
    catalogue()
    current()
    shortages()
