"""Resident identity numbers (GB 11643-1999): form and check character, never the area code."""
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"


def check_character(first17: str) -> str:
    """The 18th character of 17 digits (ISO 7064 MOD 11-2)."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS)) % 11]


def valid(number: str) -> bool:
    """Whether `number` has 17 ASCII digits and their right check character."""
    return (len(number) == 18 and number[:17].isascii() and number[:17].isdigit()
            and number[17] == check_character(number[:17]))
