"""Finding people by name, pinyin, initials or number; masking a name. Pure.

A searchable row keeps one column of space-separated tokens, with a space at both ends:

* every suffix of the name and of its pinyin, so that a prefix finds the middle of a name;
* initials of both readings of a surname (单 is shan and dan);
* card numbers, found by prefix;
* phones, last four digits and plates behind a `#`: found only whole, never by a part,
  or the search would guess masked numbers digit by digit.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice, product

from pypinyin import Style, lazy_pinyin

MAX_NAME = 60
MAX_QUERY = 60
MAX_WORDS = 6
MAX_READINGS = 8
LONG_NAME = 6  # characters; a company's name is indexed in two readings at most
NAME_MASK = "**"
PLATE_SHOWN = 4
EXACT = "#"
CHINESE_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
# A mobile number with its country, as phones and chats copy it: +86, 0086 or 86 in front.
FROM_ABROAD = re.compile(r"(?:\+|00)?86(1\d{10})", re.ASCII)
INNER_DOTS = str.maketrans("", "", "·•・‧'’")  # 阿卜杜·克里木, 沪A·12345, O'Neil

# Surnames read otherwise than the character usually is; the usual reading is indexed as well.
SURNAME_READINGS = {
    "单": "shan", "單": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha",
    "朴": "piao", "盖": "ge", "蓋": "ge", "区": "ou", "區": "ou", "翟": "zhai", "覃": "qin",
    "缪": "miao", "繆": "miao", "乐": "yue", "樂": "yue", "任": "ren", "华": "hua", "華": "hua",
    "尹": "yin", "宁": "ning", "寧": "ning", "召": "shao", "折": "she", "黑": "he", "秘": "bi",
    "繁": "po", "逄": "pang", "员": "yun", "員": "yun", "种": "chong", "洗": "xian",
    "冼": "xian", "隗": "wei", "郇": "xun", "燕": "yan", "哈": "ha", "纪": "ji", "紀": "ji",
    "葛": "ge", "祭": "zhai", "过": "guo", "過": "guo", "应": "ying", "應": "ying", "褚": "chu",
    "谌": "chen", "諶": "chen", "晟": "cheng", "俞": "yu", "尉": "wei", "薄": "bo", "车": "che",
    "車": "che", "贾": "jia", "賈": "jia", "沈": "shen", "石": "shi", "能": "nai", "都": "du",
    "宿": "su", "臧": "zang", "牟": "mu", "岑": "cen", "长": "zhang", "覀": "xi", "訾": "zi",
    "阚": "kan", "闞": "kan", "厍": "she", "殷": "yin", "佴": "nai", "不": "fou", "卜": "bu",
}  # fmt: skip

COMPOUND_SURNAMES = {
    "尉迟": ("yu", "chi"), "尉遲": ("yu", "chi"), "万俟": ("mo", "qi"), "萬俟": ("mo", "qi"),
    "单于": ("chan", "yu"), "單于": ("chan", "yu"), "澹台": ("tan", "tai"),
    "澹臺": ("tan", "tai"), "长孙": ("zhang", "sun"), "長孫": ("zhang", "sun"),
}  # fmt: skip

# Compound surnames whose readings are the usual ones.
TWO_CHARACTERS = frozenset(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 司徒 司空 夏侯 皇甫 东方 東方 慕容 令狐 公孙 公孫 宇文 "
    "端木 南宫 南宮 轩辕 軒轅 呼延 钟离 鍾離 申屠 闾丘 閭丘 太史 百里 东郭 東郭 西门 西門".split()
)

# Characters of given names with two living readings.
GIVEN_READINGS = {
    "长": "chang", "長": "chang", "重": "chong", "行": "hang", "朝": "zhao", "乐": "yue",
    "樂": "yue", "曾": "zeng", "晟": "cheng", "茜": "xi", "莎": "suo", "佳": "jia",
    "柏": "bo", "少": "shao", "传": "chuan", "好": "hao", "冠": "guan", "兴": "xing",
    "興": "xing", "卓": "zhuo", "朴": "pu", "藏": "cang", "降": "xiang", "盛": "cheng",
}  # fmt: skip


def normal(text: str, limit: int = MAX_NAME) -> str:
    """The text as it is compared: NFKC, case folded, letters and digits only, single spaces."""
    joined = text[: limit * 2].translate(INNER_DOTS)
    folded = unicodedata.normalize("NFKC", joined).casefold()
    kept = (char if unicodedata.category(char)[0] in "LMN" else " " for char in folded)
    return " ".join("".join(kept).split())[:limit].strip()


def search_text(
    names: Iterable[str],
    phones: Iterable[str] = (),
    plates: Iterable[str] = (),
    card_numbers: Iterable[str] = (),
) -> str:
    """The search column of one row, from what people call it; phones are national digits."""
    tokens: dict[str, None] = {}
    for name in names:
        tokens.update(dict.fromkeys(_name_tokens(normal(name))))
    for number in card_numbers:
        tokens.update(dict.fromkeys(_number_tokens(number)))
    for whole in (*phones, *plates):
        compact = normal(whole).replace(" ", "")
        tokens.update(dict.fromkeys(f"{EXACT}{part}" for part in (compact, compact[-4:]) if part))
    return f" {' '.join(tokens)} " if tokens else ""


def searched(query: str) -> list[str]:
    """The words to look for; an empty list means the query holds nothing to search for."""
    words = normal(query, MAX_QUERY).replace("ü", "v").split()
    whole = "".join(words)
    if copied := FROM_ABROAD.fullmatch(whole):
        return [copied[1]]
    if len(whole) >= 7 and whole.isascii() and whole.isdigit():
        words = [whole]
    return words[:MAX_WORDS]


def needles(word: str) -> tuple[str, ...]:
    """What the column contains, any of it, where the word matches."""
    return f" {word}", f" {EXACT}{word} "


def masked_plate(plate: str) -> str:
    """What masked scopes read of a plate: its last four signs (security.md 1.3)."""
    return f"{NAME_MASK}{plate[-PLATE_SHOWN:]}" if plate else ""


def surname(name: str) -> str:
    """The surname of a Chinese name, 欧阳 of 欧阳雪; empty where the name is none."""
    if not CHINESE_NAME.fullmatch(name):
        return ""
    is_compound = name[:2] in COMPOUND_SURNAMES or name[:2] in TWO_CHARACTERS
    return name[:2] if is_compound and name[2:] else name[0]


def masked_name(name: str) -> str:
    """`张**`: what a reader outside the customer's circle sees; empty stays empty."""
    shown = name.strip()
    return f"{shown[0]}{NAME_MASK}" if shown else ""


def masked_email(address: str) -> str:
    """`w**@example.com`: which address it is, for whoever knows it already."""
    name, at, host = address.partition("@")
    return f"{masked_name(name)}{at}{host}"


def _name_tokens(name: str) -> Iterator[str]:
    for word in name.split():
        yield from _suffixes(list(word) if not word.isascii() else [word])
        if word.isascii():
            continue
        for syllables in _readings(word):
            yield from _suffixes(syllables)
            initials = "".join(syllable[0] for syllable in syllables)
            yield from (initials[start:] for start in range(max(len(initials) - 1, 1)))
    if " " in name and name.replace(" ", "").isascii():
        words = name.split()
        yield "".join(words)
        yield "".join(word[0] for word in words)


def _readings(word: str) -> Iterator[list[str]]:
    """The pinyin syllables of a word, one list for each way to read it (at most eight)."""
    usual = [syllable for char in word for syllable in _syllables(char)]
    if len(usual) != len(word):
        yield usual
        return
    choices = [[syllable] for syllable in usual]
    for place, char in enumerate(word):
        special = (GIVEN_READINGS if place else SURNAME_READINGS).get(char)
        if special and special not in choices[place]:
            choices[place].insert(0, special)
        choices[place] += ["lyu" for syllable in choices[place] if syllable == "lv"]
    if word[:2] in COMPOUND_SURNAMES:
        for place, syllable in enumerate(COMPOUND_SURNAMES[word[:2]]):
            choices[place] = [syllable]
    most = MAX_READINGS if len(word) <= LONG_NAME else 2
    yield from (list(syllables) for syllables in islice(product(*choices), most))


def _syllables(char: str) -> list[str]:
    return [normal(part) for part in lazy_pinyin(char, style=Style.NORMAL) if normal(part)]


def _suffixes(parts: list[str]) -> Iterator[str]:
    return ("".join(parts[start:]) for start in range(len(parts)))


def _number_tokens(number: str) -> Iterator[str]:
    parts = normal(number).split()
    yield from _suffixes(parts)
