"""What a case may not hold: names, phone numbers, plates, VINs, addresses of mail (CP-26). Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from complaints.spelling import spelled

NAME, PHONE, PLATE, VIN, MAIL = "name", "phone", "plate", "vin", "mail"

# Seven digits or more, however they are grouped: a phone number, or what could be one.
DIGITS = re.compile(r"\+?\d(?:[\s\-./()]{0,2}\d){6,}", re.ASCII)
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
PLATE_LIKE = re.compile(
    rf"[{PROVINCES}][\s·.\-]?[A-Z][\s·.\-]?[A-Z0-9]{{4,5}}[A-Z0-9学警港澳挂]", re.ASCII
)
VIN_LIKE = re.compile(
    r"(?<![A-Z0-9])(?=[A-Z]*\d)(?=\d*[A-Z])[A-HJ-NPR-Z0-9]{17}(?![A-Z0-9])", re.ASCII
)
IN_GROUPS = re.compile(
    r"(?<![A-Z0-9])[A-HJ-NPR-Z0-9](?:[ .\-]?[A-HJ-NPR-Z0-9]){16}(?![A-Z0-9])", re.ASCII
)
MAIL_LIKE = re.compile(r"[^\s@,;，；]+@[^\s@,;，；]+\.[a-z]{2,}", re.IGNORECASE)
SHORTEST_NAME = 2
# Grown out of a name by politeness: 张先生 tells who it was to whoever knows the store.
TITLES = (
    *("先生", "女士", "小姐", "太太", "总", "老师", "师傅", "经理", "店长", "主管", "顾问"),
    *("老板", "大哥", "大姐", "阿姨", "大叔", "哥", "姐"),
)
FAMILIAR = ("小", "老")
# An address in Latin letters with a name behind it: Mr. Zhang, Ms Li.
ADDRESSED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mister|Madam|Dr|Sir)\.?\s+[A-Z][A-Za-z]+")
# A day as 2026-11-02, 2026/11/2 or 2026.11.02: no number somebody answers.
DAY = re.compile(
    r"(?<![\d\-/.])(?:19|20)\d\d([\-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?![\d\-/.]*\d)"
)
# A sum or a distance, or from one to another, with its unit behind: 30000-50000 元.
UNIT = r"\s*(?:元|块|万|yuan|rmb|cny|公里|km|千米)"
AMOUNT = re.compile(
    rf"(?<![\d\-])\d{{1,6}}(?:\.\d+)?(?:{UNIT})?\s?(?:-|~|–|—|至|到)\s?\d{{1,6}}(?:\.\d+)?{UNIT}",
    re.IGNORECASE,
)


def betrays(text: str, *, known: Iterable[str] = ()) -> list[str]:
    """What in `text` says whose problem it was, in the order of the list above; empty is good.

    `known` are the customer's own names, numbers, plate and VIN: they are found however they
    are spaced or cased. Full-width writing counts as the other.
    """
    plain = unicodedata.normalize("NFKC", text)
    upper = plain.upper()
    tight = _tight(upper)
    found = set()
    for one in known:
        if _is_in(one, upper, tight):
            found.add(_kind(one))
    if ADDRESSED.search(plain):
        found.add(NAME)
    if DIGITS.search(AMOUNT.sub(" | ", DAY.sub(" | ", plain))):
        found.add(PHONE)
    if PLATE_LIKE.search(upper):
        found.add(PLATE)
    if VIN_LIKE.search(upper) or _spaced_vin(upper):
        found.add(VIN)
    if MAIL_LIKE.search(plain):
        found.add(MAIL)
    return [kind for kind in (NAME, PHONE, PLATE, VIN, MAIL) if kind in found]


def _spaced_vin(upper: str) -> bool:
    """A VIN written in groups: LSVA A412 3N2 183957, or with hyphens.

    Words are groups as well; a VIN ends in digits, which a sentence of 17 letters does not.
    """
    runs = (_tight(run) for run in IN_GROUPS.findall(upper))
    return any(VIN_LIKE.fullmatch(run) and run[-4:].isdigit() for run in runs)


def names_of(name: str) -> list[str]:
    """How a customer may be called: the name, the family name with a title (张先生, 老张, Zhang).

    Of three characters or more the first two may be the family name (欧阳女士).
    """
    name = unicodedata.normalize("NFKC", name).strip()
    if len(name) < SHORTEST_NAME:
        return []
    if not name.isascii() and " " not in name:
        families = [name[0], name[:2]] if len(name) > SHORTEST_NAME else [name[0]]
        titled = (family + title for family in families for title in TITLES)
        familiar = (before + name[0] for before in FAMILIAR)
        return [name, *titled, *familiar, *spelled(name)]
    return [name, *(part for part in name.split() if len(part) > SHORTEST_NAME)]


def _is_in(one: str, upper: str, tight: str) -> bool:
    """Latin names stand as words of their own; all else counts wherever it stands."""
    wanted = unicodedata.normalize("NFKC", one).strip().upper()
    if len(wanted) < SHORTEST_NAME:
        return False
    if wanted.isascii() and wanted.replace(" ", "").isalpha():
        return re.search(rf"(?<![A-Z]){re.escape(wanted)}(?![A-Z])", upper) is not None
    return _tight(wanted) in tight


def _tight(text: str) -> str:
    return re.sub(r"[\s·.\-()+]", "", text)


def _kind(one: str) -> str:
    """What kind of knowledge a known value is."""
    plain = _tight(unicodedata.normalize("NFKC", one).upper())
    if VIN_LIKE.fullmatch(plain):
        return VIN
    if plain.isdigit():
        return PHONE
    return PLATE if PLATE_LIKE.fullmatch(plain) else NAME
