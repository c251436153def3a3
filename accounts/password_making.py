"""Random passwords that can be read out and typed: for the demonstration's accounts, and for one first login."""

import secrets

CONSONANTS, VOWELS = "bdfghjkmnprstvwz", "aeiou"


def new_password() -> str:
    """Random and readable: two words of three syllables with four digits between, about 50 bits."""
    words = ["".join(secrets.choice(CONSONANTS) + secrets.choice(VOWELS) for _ in range(3)) for _ in range(2)]
    return f"{words[0]}-{secrets.randbelow(10000):04}-{words[1]}"
