"""What stands now, for the form that came second: plans, steps, planned contacts (D32)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.customers.models import Card
from crm.people.models import User
from crm.records.queues import last_change_of, last_changes_of
from crm.records.states import Saved
from crm.ui import moments
from crm.ui.datewords import Understood
from followups import states
from followups.models import Contact, Plan, PlannedContact
from followups.suggestions import PLAN


def saved_plan(plan: Plan, verb: str, *, now: dt.datetime) -> Saved:
    """A plan as it stands now, for a submission, decision or end that came second.

    An approval is of what was looked at: it is not sent again, the plan is looked at again.
    """
    decided = plan.state in (states.APPROVED, states.RETURNED)
    values = {
        "comment": plan.review_comment if decided else "",
        "exception_reason": plan.exception_reason,
    }
    may = verb != "approve" and plan.state in states.PLAN_MOVES[verb]
    by, at = last_touch(plan)
    return Saved(
        values,
        facts=_facts(plan, now),
        resend={"version": plan.version} if may else None,
        link=reverse("followups:plan", args=[plan.public_id]),
        by=by,
        at=at,
    )


def saved_for_adding(plan: Plan, *, now: dt.datetime) -> Saved:
    """A plan as it stands now, for a step added to it a moment too late."""
    by, at = last_touch(plan)
    return Saved(
        facts=_facts(plan, now),
        resend={"version": plan.version} if plan.state in states.EDITABLE else None,
        verb=_("Add my step all the same"),
        link=reverse("followups:plan", args=[plan.public_id]),
        by=by,
        at=at,
    )


def last_touch(plan: Plan) -> tuple[str, dt.datetime | None]:
    """Who last did something to a plan, to one of its steps or about one, and when."""
    steps = list(plan.steps.order_by("pk"))
    contact = Contact.objects.filter(planned__in=steps).select_related("staff").last()
    events = [last_change_of(plan), *last_changes_of(steps)]
    found = [(event.at, event.actor.name) for event in events if event and event.actor]
    if contact is not None:
        found.append((contact.created_at, contact.staff.name))
    at, by = max(found, default=(None, ""))
    return by, at


def saved_step(step: PlannedContact) -> Saved:
    """A step as it stands now, for the edit that came second."""
    values = {
        "due_at": _moment(step),
        "method": step.method,
        "content": step.content,
        "reason": step.reason,
    }
    may = step.plan.state in states.EDITABLE and step.state == states.PLANNED
    return Saved(
        values,
        facts=(
            (_("State of the plan"), step.plan.get_state_display()),
            (_("State of the step"), step.get_state_display()),
        ),
        resend={"version": step.version} if may else None,
        link=reverse("followups:plan", args=[step.plan.public_id]),
    )


def saved_planned(user: User, planned: PlannedContact, url_name: str) -> Saved:
    """A planned contact as it stands now, for moving it or giving it up a moment too late.

    One that was moved meanwhile is moved on from where it is now.
    """
    heir = _heir(user, planned)
    by, at = _closed_by(user, planned)
    return Saved(
        {"due_at": _moment(heir or planned), "reason": planned.closed_reason},
        facts=((_("State"), planned.get_state_display()), *_result(user, planned)),
        resend={"version": heir.version} if heir else None,
        url=reverse(url_name, args=[heir.public_id]) if heir else "",
        link=reverse("home:card", args=[planned.card.public_id]),
        by=by,
        at=at,
    )


def saved_contact(user: User, card: Card, planned: PlannedContact | None) -> Saved:
    """What stands now where a contact was to be logged (FP-08).

    Where the planned contact was moved meanwhile it is carried out at its new time. Where it is
    done or given up, one's own may be logged as a contact of its own; what the other planned
    next then stays, so that nothing is planned twice.
    """
    link = reverse("home:card", args=[card.public_id])
    if planned is None:
        return Saved(resend={}, link=link)
    now, heir = timezone.now(), _heir(user, planned)
    ahead = PlannedContact.objects.open().filter(card=card, due_at__gt=now)
    follows = ahead.exclude(pk=heir.pk if heir else 0).order_by("due_at", "pk").first()
    by, at = _closed_by(user, planned)
    saved = Saved(
        _logged(user, planned) | {"next": _when(follows, now) if follows else ""},
        facts=((_("Planned contact"), planned.get_state_display()),),
        link=link,
        by=by,
        at=at,
    )
    if heir:
        return replace(
            saved,
            resend={"planned_version": heir.version},
            url=reverse("followups:log_contact", args=[heir.public_id]),
            verb=_("Save my contact"),
            hint=_("It carries out the planned contact as it stands now."),
        )
    return replace(
        saved,
        resend={"planned_version": ""} | ({"next": PLAN, "next_at": ""} if follows else {}),
        url=reverse("followups:log_card_contact", args=[card.public_id]),
        verb=_("Save mine as another contact"),
        hint=_(
            "Only where you spoke to the customer as well. What is planned next stays as it is."
        ),
    )


def _facts(plan: Plan, now: dt.datetime) -> tuple[tuple[str, str], ...]:
    rows = plan.steps.filter(state=states.PLANNED).order_by("due_at", "pk")
    steps = "\n".join(f"{_when(step, now)} · {step.content}" for step in rows)
    return (_("State"), plan.get_state_display()), (_("Steps"), steps)


def _moment(planned: PlannedContact) -> Understood:
    return Understood(timezone.localtime(planned.due_at), untimed=planned.untimed)


def _when(planned: PlannedContact, now: dt.datetime) -> str:
    return str(moments.when(planned.due_at, now, untimed=planned.untimed))


def _heir(user: User, planned: PlannedContact) -> PlannedContact | None:
    """The contact itself while it is open, or the open one it was moved to."""
    rows = PlannedContact.objects.visible_to(user).open()
    last, seen = planned, {planned.pk}
    while last.moved_to is not None and last.moved_to.pk not in seen:
        last = last.moved_to
        seen.add(last.pk)
    return rows.filter(pk=last.pk).first()


def _contact_of(user: User, planned: PlannedContact) -> Contact | None:
    rows = Contact.objects.visible_to(user).filter(planned=planned)
    return rows.select_related("staff").order_by("-pk").first()


def _logged(user: User, planned: PlannedContact) -> dict[str, str]:
    """What the other wrote about the contact, by the fields of the contact form."""
    contact = _contact_of(user, planned)
    if contact is None:
        return {"method": planned.method, "note": planned.closed_reason}
    return {
        "method": contact.method,
        "result": contact.result,
        "note": contact.feedback,
        "level": contact.level_after,
        "direction": contact.direction,
        "problem": contact.problem,
        "analysis": contact.analysis,
        "next_reason": contact.next_step,
    }


def _result(user: User, planned: PlannedContact) -> tuple[tuple[str, str], ...]:
    """What came of it, where it was carried out."""
    contact = _contact_of(user, planned)
    if contact is None:
        return ()
    words = [contact.get_result_display(), contact.feedback]
    return ((_("Result"), "\n".join(filter(None, words))),)


def _closed_by(user: User, planned: PlannedContact) -> tuple[str, dt.datetime | None]:
    """Who closed a planned contact and when: whoever logged it, else as the trail says."""
    contact = _contact_of(user, planned)
    if contact is not None:
        return contact.staff.name, contact.created_at
    events = [last_change_of(planned), last_change_of(planned.plan)]
    last = max((event for event in events if event), key=lambda event: event.at, default=None)
    return (last.actor.name, last.at) if last and last.actor else ("", None)
