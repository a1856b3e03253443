"""Phone numbers: reading what people and spreadsheets write, showing what one may see. Pure.

A number is kept as E.164 (`+8613800138000`). Only NFKC ASCII digits and `+` count (D20).
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

MAX_INPUT = 200
MASK = "****"
LOCAL_NUMBER = re.compile(r"[2-9][0-9]{6,7}")

_EXCEL_FLOAT = re.compile(r"^\+?\d+(?:\.\d+)?[Ee]\+?\d{1,2}$|^\d+\.0+$")
_EXTENSION = re.compile(r"(?:ext\.?|x|转|轉|分机|分機|#)\s*\d{1,8}\s*$", re.IGNORECASE)
_SEPARATOR = re.compile(r"[/;,、|\n\r\t]+|\s+(?:or|或)\s+|\s{2,}", re.IGNORECASE)
_LABEL = re.compile(r"^(?:tel|phone|mobile|电话|電話|手机|手機)\s*[:.]?\s*", re.IGNORECASE)
_ALLOWED = re.compile(r"[0-9+()\-. ]+")
# The library takes a hundred times longer to say the same; a list shows fifty of them.
_MOBILE = re.compile(r"\+86(1[3-9][0-9]{9})")
_MOBILE_START = re.compile(r"^1[3-9]")


class PhoneFault(StrEnum):
    """Why a text is no phone number; `PhoneError.missing` tells by how many digits."""

    EMPTY = "empty"
    CHARACTERS = "characters"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PhoneError(ValueError):
    """A text that is no phone number: the fault and, for mobiles, the digits off and counted."""

    fault: PhoneFault
    digits: int = 0
    expected: int = 0

    @property
    def missing(self) -> int:
        """How many digits lack; negative when there are too many, 0 when that is not known."""
        return self.expected - self.digits if self.expected else 0


def normalise(text: str, region: str = "CN", area_code: str = "") -> str:
    """The number as E.164; raises PhoneError naming what is wrong.

    Extensions are stripped, `1.38E+10` and `13800138000.0` are understood, and a local number
    (8 digits) takes the store's `area_code`.
    """
    plain = _readable(text)
    number = _parse(plain, region)
    if number is None and area_code and LOCAL_NUMBER.fullmatch(_digits(plain)):
        number = _parse(area_code + _digits(plain), region)
    if number is None:
        raise _fault(plain, region)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def split_cell(text: str, region: str = "CN", area_code: str = "") -> list[str]:
    """All numbers of one spreadsheet cell as E.164, at most two, each once.

    Raises PhoneError when a part is no phone number or when there are more than two.
    """
    whole = unicodedata.normalize("NFKC", text)[:MAX_INPUT].strip()
    parts = [whole]
    for attempt in (_SEPARATOR.split(whole), whole.split()):
        filled = [part for part in attempt if part.strip()]
        if len(filled) > 1 and all(_is_number(part, region, area_code) for part in filled):
            parts = filled
            break
    numbers = list(dict.fromkeys(normalise(part, region, area_code) for part in parts))
    if not numbers:
        raise PhoneError(PhoneFault.EMPTY)
    if len(numbers) > 2:
        raise PhoneError(PhoneFault.UNKNOWN)
    return numbers


def national_digits(e164: str) -> str:
    """The number as people dial it at home, digits only: `13800138000`, `02161234567`."""
    if mobile := _MOBILE.fullmatch(e164):
        return mobile[1]
    number = _parse(e164, None)
    if number is None:
        return _digits(e164)
    return _digits(phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL))


def show(e164: str) -> str:
    """The number as it is read aloud: `138 0013 8000` at home, `+1 650-253-0000` abroad."""
    number = _parse(e164, None)
    if number is None:
        return e164
    if number.country_code == 86:
        return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def mask(e164: str) -> str:
    """`138****5021`; shorter numbers keep their last two digits, an empty text stays empty."""
    digits = national_digits(e164) if e164 else ""
    if len(digits) >= 11:
        return f"{digits[:3]}{MASK}{digits[-4:]}"
    return f"{MASK}{digits[-2:]}" if len(digits) > 2 else MASK[: 4 if digits else 0]


def _readable(text: str) -> str:
    """NFKC, without label, extension and spreadsheet float; raises PhoneError when hopeless."""
    plain = unicodedata.normalize("NFKC", text[:MAX_INPUT]).strip().lstrip("'")
    plain = _EXTENSION.sub("", _LABEL.sub("", plain)).strip()
    if not plain:
        raise PhoneError(PhoneFault.EMPTY)
    if _EXCEL_FLOAT.match(plain):
        plain = _whole_number(plain)
    plain = re.sub(r"[\u2010-\u2015\u2212_~]", "-", plain).replace("\u00a0", " ")
    if not _ALLOWED.fullmatch(plain) or len(text) > MAX_INPUT:
        raise PhoneError(PhoneFault.CHARACTERS)
    return plain


def _whole_number(text: str) -> str:
    try:
        return f"{Decimal(text):.0f}" if len(text) <= 30 else text
    except InvalidOperation:
        return text


def _parse(text: str, region: str | None) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    number.extension = None
    return number if phonenumbers.is_valid_number(number) else None


def _fault(plain: str, region: str) -> PhoneError:
    digits = _digits(plain)
    if plain.startswith(("+86", "0086")):
        digits = digits.removeprefix("0086").removeprefix("86")
    if region == "CN" and _MOBILE_START.match(digits) and len(digits) != 11:
        fault = PhoneFault.TOO_SHORT if len(digits) < 11 else PhoneFault.TOO_LONG
        return PhoneError(fault, digits=len(digits), expected=11)
    if len(digits) < 7:
        return PhoneError(PhoneFault.TOO_SHORT, digits=len(digits))
    if len(digits) > 15:
        return PhoneError(PhoneFault.TOO_LONG, digits=len(digits))
    return PhoneError(PhoneFault.UNKNOWN, digits=len(digits))


def _is_number(text: str, region: str, area_code: str) -> bool:
    try:
        normalise(text, region, area_code)
    except PhoneError:
        return False
    return True


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)
