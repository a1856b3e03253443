"""Codes of the second step of a sign-in: of an authenticator (RFC 6238), for recovery."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import secrets
import unicodedata
from base64 import b32encode
from urllib.parse import quote, urlencode

from django_otp.oath import hotp

STEP_S = 30
# A clock may be off by one step either way.
STEPS = (0, -1, 1)
RECOVERY_CODES = 10
# Letters and digits nobody mistakes for one another; 16 of them are 79 bits.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def typed(code: str) -> str:
    """A code as it is compared: without spaces and hyphens, small letters, usual digits."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", code[:60])).casefold()


def step_of(key: bytes, code: str, *, at: dt.datetime, after: int) -> int | None:
    """The 30-second step this code belongs to, when it is later than `after`; else None."""
    if not re.fullmatch(r"[0-9]{6}", code):
        return None
    present = int(at.timestamp()) // STEP_S
    good = (
        step
        for step in (present + drift for drift in STEPS)
        if hmac.compare_digest(f"{hotp(key, step):06d}", code) and step > after
    )
    return next(good, None)


def code_at(key: bytes, at: dt.datetime) -> str:
    """What an authenticator shows at this moment."""
    return f"{hotp(key, int(at.timestamp()) // STEP_S):06d}"


def as_words(key: bytes) -> str:
    """The secret as it is typed into an authenticator that cannot read the picture."""
    text = b32encode(key).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(key: bytes, *, issuer: str, username: str) -> str:
    """What the picture says: authenticators know it as a key URI."""
    secret = b32encode(key).decode()
    # A long username must not make the picture too dense for a phone's camera.
    label = quote(f"{issuer[:40]}:{username[:16]}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer[:40]})}"


def new_recovery_codes() -> list[str]:
    """Ten fresh codes in groups of four."""
    letters = [
        "".join(secrets.choice(ALPHABET) for _letter in range(16))
        for _code in range(RECOVERY_CODES)
    ]
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in letters]


def hash_of_recovery(code: str, salt: str) -> str:
    """What is kept of a recovery code."""
    return hashlib.sha256(f"{salt}:{typed(code)}".encode("utf-8", "replace")).hexdigest()
