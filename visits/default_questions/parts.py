"""Questions and sections several of the first questionnaires share (RV-01..08)."""

from __future__ import annotations

from typing import Any

from visits.questions import (
    GRADE,
    LIKELY,
    MULTIPLE,
    NOT_SURE,
    SAID_NO,
    SAID_YES,
    SCALE,
    SINGLE,
    TEXT,
    YES_NO,
)

Words = tuple[str, str, str]


def in_all(words: Words) -> dict[str, str]:
    """A text by language, from its words in the order 简体, 繁體, English."""
    return dict(zip(("zh_hans", "zh_hant", "en"), words, strict=True))


def ask(key: str, kind: str, words: Words, **more: Any) -> dict[str, Any]:
    """A question."""
    return {"key": key, "type": kind, "text": in_all(words), **more}


def options(*choices: tuple[str, Words]) -> list[dict[str, Any]]:
    """The options of a question."""
    return [{"key": key, "text": in_all(words)} for key, words in choices]


def section(key: str, words: Words, *questions: dict[str, Any]) -> dict[str, Any]:
    """Questions under a title."""
    return {"key": key, "title": in_all(words), "questions": list(questions)}


def when_yes(question: str) -> dict[str, Any]:
    """Asked only after a yes."""
    return {"question": question, "in": ["1"]}


def when_unhappy(question: str) -> dict[str, Any]:
    """Asked only after a bad grade."""
    return {"question": question, "in": ["1", "2"]}


OVERALL = ask(
    "overall",
    GRADE,
    ("总体满意度", "整體滿意度", "Overall satisfaction"),
    required=True,
    measures="satisfaction",
)
REASONS = ask(
    "reasons",
    MULTIPLE,
    ("哪里让您不满意？", "哪裡讓您不滿意？", "What are you not content with?"),
    measures="reason",
    options=options(
        ("charging", ("充电", "充電", "Charging")),
        ("infotainment", ("车机", "車機", "Infotainment")),
        ("range", ("续航", "續航", "Range")),
        ("delivery_wait", ("交车等待", "交車等待", "Waiting for delivery")),
        ("sales_service", ("销售服务", "銷售服務", "Sales service")),
        ("after_sales", ("售后服务", "售後服務", "After-sales service")),
        ("price", ("价格", "價格", "Price")),
    ),
    **{"if": when_unhappy("overall")},
)
LOYALTY = section(
    "loyalty",
    ("忠诚度", "忠誠度", "Loyalty"),
    ask(
        "recommend",
        SCALE,
        (
            "有多大可能把我们推荐给朋友？",
            "有多大可能把我們推薦給朋友？",
            "How likely are you to recommend us to friends?",
        ),
        measures="recommend",
    ),
    ask(
        "repurchase",
        SINGLE,
        (
            "以后换车，还会考虑我们吗？",
            "以後換車，還會考慮我們嗎？",
            "Would you buy from us again?",
        ),
        measures="repurchase",
        options=options(
            (SAID_YES, ("会", "會", "Yes")),
            (LIKELY, ("可能会", "可能會", "Probably")),
            (NOT_SURE, ("不确定", "不確定", "Not sure")),
            (SAID_NO, ("不会", "不會", "No")),
        ),
    ),
    ask(
        "factors",
        TEXT,
        ("什么会影响您的选择？", "什麼會影響您的選擇？", "What would decide your choice?"),
    ),
)
NEEDS = section(
    "needs",
    ("需求变化", "需求變化", "Changing needs"),
    ask(
        "needs_changed",
        YES_NO,
        (
            "最近工作或家里有新的用车需要吗？",
            "最近工作或家裡有新的用車需要嗎？",
            "Is there a new need for a car at work or at home?",
        ),
    ),
    ask(
        "needs_words",
        TEXT,
        ("是什么样的需要？", "是什麼樣的需要？", "What kind of need?"),
        **{"if": when_yes("needs_changed")},
    ),
)
RIVALS = section(
    "rivals",
    ("其他品牌", "其他品牌", "Other brands"),
    ask(
        "rivals_known",
        YES_NO,
        (
            "最近留意过其他品牌的车吗？",
            "最近留意過其他品牌的車嗎？",
            "Have you looked at other brands lately?",
        ),
    ),
    ask(
        "rivals_brand",
        TEXT,
        ("哪个品牌、哪款车？", "哪個品牌、哪款車？", "Which brand and model?"),
        **{"if": when_yes("rivals_known")},
    ),
    ask(
        "rivals_words",
        TEXT,
        (
            "哪一点吸引您？有什么活动或价格变化？",
            "哪一點吸引您？有什麼活動或價格變化？",
            "What about it appeals to you? Any campaigns or price changes?",
        ),
        **{"if": when_yes("rivals_known")},
    ),
    ask(
        "rivals_influence",
        SINGLE,
        (
            "这会影响您的选择吗？",
            "這會影響您的選擇嗎？",
            "Does it make a difference to your choice?",
        ),
        options=options(
            ("none", ("不影响", "不影響", "No")),
            ("wavering", ("有些动摇", "有些動搖", "It makes me waver")),
            ("deciding", ("会选那个品牌", "會選那個品牌", "I would choose the other brand")),
        ),
        **{"if": when_yes("rivals_known")},
    ),
)
SUGGESTIONS = ask(
    "suggestions",
    TEXT,
    ("对我们的建议", "對我們的建議", "Suggestions for us"),
)
THIS_VISIT = section(
    "this_visit",
    ("这次回访", "這次回訪", "This visit"),
    ask(
        "visitor",
        GRADE,
        ("对这次回访满意吗？", "對這次回訪滿意嗎？", "How satisfied are you with this very visit?"),
        measures="visitor",
    ),
)
WHOLE = ("总体评价", "整體評價", "All in all")
