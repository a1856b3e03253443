"""The care a new installation starts with (RB-08, N-56, N-57). Pure."""

from __future__ import annotations

from typing import NamedTuple


class DefaultCare(NamedTuple):
    """One rule of care a new installation starts with."""

    name: str
    occasion: str
    wait: int
    unit: str
    method: str
    words: str
    by_service: bool = False
    festival: str = ""
    active: bool = True


CARE = (
    DefaultCare("生日祝福", "birthday", 3, "days", "wechat", "祝生日快乐，只叙友情，不谈买车。"),
    DefaultCare("提车周年", "anniversary", 3, "days", "wechat", "提车周年快乐，问问用车情况。"),
    DefaultCare(
        "首次保养提醒", "service", 6, "months", "phone", "提醒首次保养，帮忙预约时间。",
        by_service=True,
    ),
    DefaultCare(
        "保险到期提醒", "insurance", 45, "days", "phone", "保险将到期，问是否需要代办续保。",
        by_service=True,
    ),
    DefaultCare(
        "感谢介绍人", "thanks", 1, "working_days", "phone", "朋友已提车，感谢介绍，送上谢礼。"
    ),
    DefaultCare(
        "春节问候", "festival", 2, "days", "wechat", "新春问候，祝一路平安。",
        festival="spring", active=False,
    ),
    DefaultCare(
        "中秋问候", "festival", 2, "days", "wechat", "中秋问候，祝阖家团圆。",
        festival="mid_autumn", active=False,
    ),
)  # fmt: skip
