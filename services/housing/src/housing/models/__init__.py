"""Every table, imported so that the migrations see them all."""

from housing.models import contacts, houses, interests

__all__ = ["contacts", "houses", "interests"]
