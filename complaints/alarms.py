"""What others must know of at once: quality, safety, threats to go public (CP-11, CP-34). Pure."""

from __future__ import annotations

import unicodedata

QUALITY, SAFETY, PRESS = REASONS = ("quality", "safety", "press")
QUALITY_CLASSES = ("product_quality",)
# What stands in the customer's own words, in both scripts and English.
SAFETY_WORDS = (
    *("刹车", "剎車", "煞车", "煞車", "制动", "制動", "brake"),
    *("起火", "自燃", "着火", "冒烟", "冒煙", "鼓包", "battery fire", "caught fire", "smoke"),
    *("转向", "轉向", "方向盘失", "方向盤失", "steering"),
    *("失控", "气囊", "氣囊", "airbag"),
)
PRESS_WORDS = (
    *("媒体", "媒體", "记者", "記者", "曝光", "电视台", "電視台", "press", "journalist"),
    *("微博", "抖音", "小红书", "小紅書", "热搜", "熱搜", "social media", "go viral"),
)


def reasons_for(category: str, words: str) -> tuple[str, ...]:
    """Why others must know of a complaint, from its class and what was said; none in most cases."""
    said = unicodedata.normalize("NFKC", words).casefold()
    found = {
        QUALITY: category in QUALITY_CLASSES,
        SAFETY: any(word in said for word in SAFETY_WORDS),
        PRESS: any(word in said for word in PRESS_WORDS),
    }
    return tuple(reason for reason in REASONS if found[reason])
