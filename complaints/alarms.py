"""What others must know of at once: quality, safety, threats to go public (CP-11, CP-34). Pure."""

from __future__ import annotations

import re
import unicodedata

QUALITY, SAFETY, PRESS = REASONS = ("quality", "safety", "press")
QUALITY_CLASSES = ("product_quality",)
# What stands in the customer's own words, in both scripts and English: Latin ones as whole words,
# also in the plural ("express" is no press). An indicator (转向灯) steers nothing, a button is
# pressed, a screen plays media, and a car is ordered in a live room (直播间).
SAFETY_WORDS = (
    *("刹车", "剎車", "煞车", "煞車", "制动", "制動", "brake", "braking"),
    *("起火", "自燃", "着火", "冒烟", "冒煙", "鼓包", "caught fire", "smoke", "smoking"),
    *("电池", "電池", "battery", "batteries", "失控", "气囊", "氣囊", "airbag"),
    *("转向(?!灯)", "轉向(?!燈)", "steering", "steer"),
    *("方向盘.{0,4}(?:失|锁|卡)", "方向盤.{0,4}(?:失|鎖|卡)", "打不动方向", "打不動方向"),
    *("烧起来", "燒起來", "烧着", "燒著", "烧了起来", "燒了起來", "爆炸", "爆燃"),
    *("刹不", "剎不", "煞不", "on fire", "flame", "exploded", "explosion"),
)
PRESS_WORDS = (
    *("媒体", "媒體", "记者", "記者", "曝光", "电视台", "電視台", "the press", "journalist"),
    *("(?:上|找|叫|给|給|联系|聯繫)新[闻聞]", "维权", "維權", "拉横幅", "拉橫幅", "newspaper"),
    *("发.{0,2}网上", "發.{0,2}網上", "发.{0,2}朋友圈", "發.{0,2}朋友圈", "go public", "快手"),
    *("直播(?![间間])", "the media(?! (?:player|screen|system|cent|unit|button))", "reporter"),
    *("微博", "抖音", "小红书", "小紅書", "热搜", "熱搜", "social media", "go viral"),
)


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """One search for all of them."""
    latin = [word for word in words if word.isascii()]
    others = [word for word in words if not word.isascii()]
    return re.compile(rf"(?<![a-z])(?:{'|'.join(latin)})s?(?![a-z])|{'|'.join(others)}")


# What makes a complaint critical whatever its clerk chose (CP-34).
CRITICAL = (SAFETY, PRESS)
SAID_SAFETY, SAID_PRESS = _any_of(SAFETY_WORDS), _any_of(PRESS_WORDS)


def reasons_for(category: str, words: str) -> tuple[str, ...]:
    """Why others must know of a complaint, from its class and what was said; none in most cases."""
    said = unicodedata.normalize("NFKC", words).casefold()
    found = {
        QUALITY: category in QUALITY_CLASSES,
        SAFETY: SAID_SAFETY.search(said) is not None,
        PRESS: SAID_PRESS.search(said) is not None,
    }
    return tuple(reason for reason in REASONS if found[reason])


def makes_critical(category: str, words: str) -> tuple[str, ...]:
    """Why a complaint is critical by what was said: safety, a threat to go public; mostly none."""
    return tuple(one for one in reasons_for(category, words) if one in CRITICAL)
