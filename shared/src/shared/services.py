"""The services, by what the others must know of them."""

WITH_CONTACTS = ("eservice-intake", "housing", "recruitment")
"""Those that people turn to, and that know how to reach them."""

WITHOUT_EVENTS = ("permit-guide",)
"""Those with an API that publish nothing."""

WITH_DEFINITIONS = ("eservice-intake", "permit-guide", "recruitment", "notifications")
"""Those in which staff change something without a release."""
