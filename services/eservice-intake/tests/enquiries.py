"""What people ask of the business office, for tests."""

CONTACT = {"applicant_name": "Karin Ek", "applicant_email": "karin@exempel.se"}
FOUNDER = {
    **CONTACT,
    "about": ["permits"],
    "question": "Vilka tillstånd behöver jag för ett gårdsmejeri?",
    "contact_by": "visit",
}
NEWCOMER = {
    **CONTACT,
    "wants": ["housing", "work"],
    "housing_kind": ["rent"],
    "work_sector": ["vard"],
    "household_size": 2,
    "when": "within_12_months",
}
