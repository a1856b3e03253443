"""Complaints being answered on the floor: in work, proposed, answered; briefings, corrections."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from typing import Any

from complaints.models import (
    AnswerLink,
    Briefing,
    Correction,
    IntakeLink,
    Macro,
    Proposal,
    Relation,
    ReplyMail,
    ReplyTemplate,
    Ticket,
    Verification,
)
from crm.customers.models import Card
from crm.people.models import Store, User
from tests import people
from tests.people import NOW, Cast
from tests.permissions.problems import author_of, logistics, make_task

_numbers = itertools.count(1)


def make_answered(
    card: Card, responsible: User, state: str = "investigating", **fields: Any
) -> Ticket:
    """A complaint somebody answers for, its on-site visit waived."""
    values = {"state": state, "store": card.store, "needs_onsite": False, **fields}
    return people.make_ticket(card, NOW - dt.timedelta(hours=2), responsible=responsible, **values)


def make_waiting(card: Card, author: User) -> Ticket:
    """One whose solution waits for a decision."""
    ticket = make_answered(card, author, "approving")
    Proposal.objects.create(
        ticket=ticket,
        author=author,
        state="waiting",
        cause="固件过旧",
        liability="service",
        words="升级固件",
        grant="nothing",
        role="service_supervisor",
        submitted_at=NOW,
        store=ticket.store,
    )
    return ticket


def make_briefing(card: Card, to: User, responsible: User | None = None) -> Briefing:
    """Somebody was told of a quality case."""
    ticket = make_answered(card, responsible or to, category="product_quality")
    return Briefing.objects.create(
        ticket=ticket, to=to, reason="quality", told_at=NOW, store=ticket.store
    )


def make_correction(card: Card, owner: User, **fields: Any) -> Correction:
    """Something this person is to put right within a week."""
    ticket = fields.pop("ticket", None) or make_answered(card, owner)
    return Correction.objects.create(
        **{
            "ticket": ticket,
            "what": "交车前讲解充电",
            "owner": owner,
            "due_on": NOW.date() + dt.timedelta(days=7),
            "given_by": owner,
            "store": card.store,
            **fields,
        }
    )


def make_verification(card: Card, by: User, **fields: Any) -> Verification:
    """How a complaint was verified, by somebody the floor's actors are not."""
    ticket = fields.pop("ticket", None) or make_answered(card, by, category="product_quality")
    return Verification.objects.create(
        **{
            "ticket": ticket,
            "method": "onsite",
            "department": logistics(),
            "checked_by": by,
            "checked_at": NOW - dt.timedelta(hours=1),
            "sample": "充电桩 SN-8812",
            "result": "faulty",
            "finding": "网关固件过旧",
            "our_opinion": "属质量问题",
            "written_by": by,
            "store": ticket.store,
            **fields,
        }
    )


def make_answer_link(card: Card, by: User) -> str:
    """The token of a link in a customer's hands."""
    token = f"token-{next(_numbers):05d}-of-an-answer"
    ticket = make_answered(card, by, "replied", told_at=NOW, resolved_at=NOW)
    AnswerLink.objects.create(
        ticket=ticket,
        token_hash=hashlib.sha256(token.encode()).hexdigest(),
        made_by=by,
        expires_at=NOW + dt.timedelta(days=14),
        store=ticket.store,
    )
    return token


def make_template(store: Store, by: User, **fields: Any) -> ReplyTemplate:
    """What customers are told when their complaint came in."""
    values = {
        "name": "受理通知",
        "zh_hans": "{customer}您好，{ticket} 已受理",
        "zh_hant": "{customer}您好，{ticket} 已受理",
        "en": "Dear {customer}, we have received {ticket}",
        **fields,
    }
    return ReplyTemplate.objects.create(store=store, written_by=by, **values)


def make_macro(store: Store, by: User, **fields: Any) -> Macro:
    """A note and nothing else, unless said."""
    values = {"name": "备注", "note": "已电话确认", **fields}
    return Macro.objects.create(store=store, written_by=by, **values)


def make_answer_row(card: Card, by: User) -> AnswerLink:
    """A link in a customer's hands to confirm an answer."""
    token = make_answer_link(card, by)
    return AnswerLink.objects.get(token_hash=hashlib.sha256(token.encode()).hexdigest())


def make_reply_mail(card: Card, by: User) -> ReplyMail:
    """An answer that did not reach the customer's mailbox."""
    ticket = make_answered(card, by, "replied", told_at=NOW, resolved_at=NOW)
    return ReplyMail.objects.create(
        ticket=ticket,
        channel="email",
        language="zh-hans",
        subject="关于您的投诉",
        body="固件已升级",
        written_by=by,
        state="failed",
        last_error="no answer: timeout",
        store=ticket.store,
        created_at=NOW,
    )


def make_intake_token(card: Card, by: User) -> str:
    """The token of a link by which a customer may complain."""
    return make_intake_link(card, by)[1]


def make_intake_link(card: Card, by: User) -> tuple[IntakeLink, str]:
    """A link in a customer's hands, and its token."""
    token = f"token-{next(_numbers):05d}-to-complain"
    link = IntakeLink.objects.create(
        card=card,
        token_hash=hashlib.sha256(token.encode()).hexdigest(),
        made_by=by,
        expires_at=NOW + dt.timedelta(days=14),
        store=card.store,
    )
    return link, token


def make_relation(first: Ticket, second: Ticket, by: User) -> Relation:
    """Two tickets that have to do with each other."""
    return Relation.objects.create(first=first, second=second, made_by=by, store=first.store)


def answers_of(cast: Cast, card: Card, owner: User) -> dict[str, Any]:
    """One of each for a salesperson's customer; technical leads on Lin's alone."""
    theirs = owner == cast.otto
    served_by = cast.otto if theirs else cast.xu
    author = cast.wu if owner == cast.lin else owner
    lin = owner == cast.lin
    answer = make_answered(card, served_by)
    make_task(
        answer,
        cast.technical if lin else logistics(),
        state="accepted",
        handler=cast.tang if lin else served_by,
    )
    return {
        "relation": make_relation(
            make_answered(card, author), make_answered(card, author), served_by
        ),
        "reply_template": make_template(card.store, served_by),
        "macro": make_macro(card.store, served_by),
        "answer": answer,
        "waiting_answer": make_waiting(card, author),
        "replied_answer": make_answered(card, author, "replied", told_at=NOW, resolved_at=NOW),
        "answer_about": make_answered(
            card, author, "replied", told_at=NOW, resolved_at=NOW, about=author_of(cast)
        ),
        "verification": make_verification(card, author),
        "briefing": make_briefing(card, cast.adele, served_by),
        "complaint_correction": make_correction(card, owner),
        "answer_link": make_answer_row(card, author),
        "reply_mail": make_reply_mail(card, served_by),
        "intake_link": make_intake_link(card, owner)[0],
        "intake_token": make_intake_token(card, author) if lin else "no-such-link-to-complain",
        "answer_token": make_answer_link(card, author) if lin else "no-such-link-in-anybodys-hands",
    }
