"""Arithmetic of fees: a product is whole öre, half an öre up; what is paid is whole kronor, 50 öre up (1970:1029)."""

MINUTES = 60
ORE = 100


def charge(rate: int, minutes: int) -> int:
    """Öre for so many minutes at a rate in kronor per hour."""
    return (2 * rate * ORE * minutes + MINUTES) // (2 * MINUTES)


def whole_kronor(ore: int) -> int:
    """Kronor: 1 to 49 öre are left out, 50 to 99 make another."""
    return (ore + ORE // 2) // ORE
