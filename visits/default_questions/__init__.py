"""The questionnaires a new installation starts with, in the three languages (RV-31). Pure.

One for every kind of visit. Each begins with the overall grade, which alone is required, and
ends with one question about this very visit (RV-01..08, D19).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from visits.default_questions.parts import (
    LOYALTY,
    NEEDS,
    OVERALL,
    REASONS,
    RIVALS,
    SUGGESTIONS,
    THIS_VISIT,
    WHOLE,
    ask,
    options,
    section,
)
from visits.default_questions.service import AFTER_SALES, SALES, USE
from visits.questions import GRADE, MULTIPLE, TEXT, YES_NO


class Sheet(NamedTuple):
    """One questionnaire: kind of visit, its names, its body."""

    kind: str
    name: str
    body: dict[str, Any]


def _overall(*more: dict[str, Any]) -> dict[str, Any]:
    return section("overall", WHOLE, OVERALL, REASONS, *more)


SHEETS = (
    Sheet(
        "new_purchase",
        "购后首次回访问卷",
        {
            "sections": [
                _overall(SUGGESTIONS),
                USE,
                section("service", ("销售与交付", "銷售與交付", "Sales and delivery"), *SALES),
                LOYALTY,
                NEEDS,
                RIVALS,
                THIS_VISIT,
            ]
        },
    ),
    Sheet(
        "regular",
        "定期回访问卷",
        {
            "sections": [
                _overall(SUGGESTIONS),
                USE,
                section("service", ("服务", "服務", "Service"), *AFTER_SALES),
                LOYALTY,
                NEEDS,
                RIVALS,
                THIS_VISIT,
            ]
        },
    ),
    Sheet(
        "project",
        "重点客户与大宗订单问卷",
        {
            "sections": [
                _overall(),
                section(
                    "handover",
                    ("交付情况", "交付情況", "How it went"),
                    ask(
                        "left_over",
                        TEXT,
                        ("还有哪些遗留问题？", "還有哪些遺留問題？", "What is still left to do?"),
                    ),
                    ask(
                        "lessons",
                        TEXT,
                        (
                            "合作中哪些可以做得更好？",
                            "合作中哪些可以做得更好？",
                            "What could have gone better?",
                        ),
                    ),
                    *SALES,
                    *AFTER_SALES,
                ),
                LOYALTY,
                NEEDS,
                THIS_VISIT,
            ]
        },
    ),
    Sheet(
        "complaint",
        "投诉后回访问卷",
        {
            "sections": [
                section(
                    "handling",
                    ("处理结果", "處理結果", "How it was handled"),
                    ask(
                        "overall",
                        GRADE,
                        (
                            "对投诉的处理结果满意吗？",
                            "對投訴的處理結果滿意嗎？",
                            "How satisfied are you with how your complaint was handled?",
                        ),
                        required=True,
                        measures="satisfaction",
                    ),
                    ask(
                        "still_open",
                        TEXT,
                        ("还有什么没有解决？", "還有什麼沒有解決？", "Is anything still open?"),
                    ),
                ),
                THIS_VISIT,
            ]
        },
    ),
    Sheet(
        "event",
        "活动后回访问卷",
        {
            "sections": [
                section(
                    "event",
                    ("活动", "活動", "The event"),
                    ask(
                        "overall",
                        GRADE,
                        (
                            "对这次活动满意吗？",
                            "對這次活動滿意嗎？",
                            "How satisfied were you with the event?",
                        ),
                        required=True,
                        measures="satisfaction",
                    ),
                    ask(
                        "effect",
                        MULTIPLE,
                        (
                            "活动给您带来了什么？",
                            "活動給您帶來了什麼？",
                            "What did the event do for you?",
                        ),
                        options=options(
                            ("knows", ("更了解车型", "更了解車型", "I know the cars better")),
                            ("drive", ("想试驾", "想試駕", "I want a test drive")),
                            ("buy", ("考虑购买", "考慮購買", "I think of buying")),
                            ("recommend", ("会告诉朋友", "會告訴朋友", "I tell friends of it")),
                            ("nothing", ("没有变化", "沒有變化", "Nothing")),
                        ),
                    ),
                    ask(
                        "interest",
                        YES_NO,
                        (
                            "活动后对车型更有兴趣了吗？",
                            "活動後對車型更有興趣了嗎？",
                            "Has it made you more interested in a model?",
                        ),
                    ),
                    SUGGESTIONS,
                ),
                RIVALS,
                THIS_VISIT,
            ]
        },
    ),
    Sheet(
        "follow_up_feedback",
        "销售跟进质量问卷",
        {
            "sections": [
                section(
                    "follow_up",
                    ("销售跟进", "銷售跟進", "Follow-up by sales"),
                    OVERALL,
                    ask(
                        "contacted",
                        YES_NO,
                        (
                            "我们的销售顾问最近联系过您吗？",
                            "我們的銷售顧問最近聯繫過您嗎？",
                            "Did our salesperson contact you lately?",
                        ),
                    ),
                    ask(
                        "follow_up",
                        GRADE,
                        (
                            "对销售顾问的跟进满意吗？",
                            "對銷售顧問的跟進滿意嗎？",
                            "How satisfied are you with the salesperson's follow-up?",
                        ),
                        measures="follow_up",
                    ),
                    SUGGESTIONS,
                ),
                THIS_VISIT,
            ]
        },
    ),
)

# What a writer may add to any questionnaire in one step (RV-01..09, D19).
READY_SECTIONS = (
    USE,
    section("sales_service", ("销售服务", "銷售服務", "Sales service"), *SALES),
    section("after_sales_service", ("售后服务", "售後服務", "After-sales service"), *AFTER_SALES),
    _overall(SUGGESTIONS),
    LOYALTY,
    NEEDS,
    RIVALS,
    THIS_VISIT,
)
