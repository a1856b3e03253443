"""Ready texts and ready steps of the demo floor's customer service, for all stores."""

from __future__ import annotations

from typing import Any

from complaints import actions
from crm.home.demo.cards import Floor
from crm.people import roles
from crm.people.models import Membership, User

TEXTS = (
    (
        "受理通知",
        False,
        "{customer}您好，您反映的问题（{ticket}）已由{handler}受理，{next_date}前再与您联系。",
        "{customer}您好，您反映的問題（{ticket}）已由{handler}受理，{next_date}前再與您聯絡。",
        "Dear {customer}, {handler} is looking after {ticket} and will call you by {next_date}.",
    ),
    (
        "处理答复",
        True,
        "{customer}您好，关于 {ticket}：{solution}。给您添了麻烦，谨致歉意。{store} {handler}",
        "{customer}您好，關於 {ticket}：{solution}。造成您的不便，謹致歉意。{store} {handler}",
        "Dear {customer}, about {ticket}: {solution}. We are sorry for the trouble. {handler}",
    ),
)
STEPS: dict[str, Any] = {
    "name": "等客户补充照片",
    "takes": True,
    "category": "",
    "lead": None,
    "lead_task": "",
    "assisting": None,
    "assisting_task": "",
    "note": "已请客户补充照片或视频",
    "waits_for": "等客户发照片或视频",
    "is_active": True,
}


def make_ready(floor: Floor) -> None:
    """Let the general manager keep two texts and a macro, by the real verbs."""
    posts = Membership.objects.filter(role=roles.GENERAL_MANAGER)
    by = User.objects.filter(pk__in=posts.values("user")).first()
    if by is None:
        return
    for name, tells_outcome, zh_hans, zh_hant, en in TEXTS:
        actions.create_template(
            by=by,
            store=None,
            now=floor.now,
            name=name,
            zh_hans=zh_hans,
            zh_hant=zh_hant,
            en=en,
            tells_outcome=tells_outcome,
            is_active=True,
        )
    actions.create_macro(by=by, store=None, now=floor.now, **STEPS)
