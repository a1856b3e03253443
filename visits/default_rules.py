"""The rules a new installation starts with (N-19..N-24, RV-10..14, RV-42). Pure."""

from __future__ import annotations

from typing import NamedTuple


class DefaultRule(NamedTuple):
    """One rule a new installation starts with (N-19..N-24)."""

    name: str
    trigger: str
    kind: str
    wait: int
    unit: str
    later_wait: int | None = None
    share: int = 100
    active: bool = True


RULES = (
    DefaultRule("交车后首次回访", "delivery", "new_purchase", 3, "working_days"),
    DefaultRule("交车后 7 天", "delivery", "regular", 7, "days"),
    DefaultRule("交车后 30 天", "delivery", "regular", 30, "days"),
    DefaultRule("交车后 90 天", "delivery", "regular", 90, "days"),
    DefaultRule("定期回访", "regular", "regular", 3, "months", later_wait=6),
    DefaultRule("重点客户与大宗订单", "project", "project", 5, "working_days"),
    DefaultRule("投诉答复后", "complaint", "complaint", 2, "working_days"),
    DefaultRule("活动后", "campaign", "event", 3, "working_days"),
    DefaultRule("跟进质量抽样", "prospect", "follow_up_feedback", 2, "working_days", share=5),
    DefaultRule("手工名单", "list", "regular", 2, "working_days"),
)
