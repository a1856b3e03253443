"""What is asked of departments is checked before it is asked (CP-15, 4.7)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from complaints import access, states
from complaints.models import Ticket
from complaints.queues.people import handlers_of
from crm.people.models import Department, User
from crm.rulebook.queues import numbers_for

TASK_AT_MOST = 500
DESCRIPTION_AT_MOST = 4000


def check_asked(
    ticket: Ticket,
    category: str,
    subcategory: str,
    task: str,
    due_at: dt.datetime | None,
    now: dt.datetime,
) -> None:
    """What is asked of a department: a class, a task, a day. Raises `ValidationError` by field."""
    wrong = {}
    if category not in Ticket.Category.values:
        wrong["category"] = _("Choose a class.")
    elif not states.belongs_to(subcategory, category):
        wrong["subcategory"] = _("This sub-class belongs to another class.")
    if len(task) > TASK_AT_MOST:
        wrong["task"] = _("At most %(count)d characters.") % {"count": TASK_AT_MOST}
    if due_at is not None and due_at <= now:
        wrong["due_at"] = _("Choose a time still to come.")
    if wrong:
        raise ValidationError(wrong)
    if ticket.kind not in states.TO_DEPARTMENTS:
        raise ValidationError(_("No department works on this."))


def check_head(ticket: Ticket, department: Department | None) -> None:
    """Whoever the complaint is about leads no department on it (CP-15)."""
    if department is not None and department.head_id in ticket.subjects:
        raise ValidationError({"department": _("Choose another department for this.")})


def check_lead(
    ticket: Ticket, department: Department | None, category: str, *, by: User, now: dt.datetime
) -> None:
    """A complaint is led by whoever can answer, its class judged once stays (4.7).

    Raises `ValidationError` by field.
    """
    check_head(ticket, department)
    if ticket.kind != states.COMPLAINT:
        return
    if department is None:
        raise ValidationError({"department": _("Choose the department that is to lead.")})
    if not any(user.is_active for user in handlers_of(department, now)):
        raise ValidationError({"department": _("Nobody active heads it or works in it.")})
    if not access.can_class(by, ticket, category):
        raise ValidationError(
            {"category": _("Its class was judged before: the service supervisor changes it.")}
        )


def check_words(
    kind: str,
    category: str,
    severity: str,
    description: str,
    deadline: dt.datetime | None,
    now: dt.datetime,
) -> None:
    """What a ticket cannot do without. Raises `ValidationError` by field."""
    wrong = {}
    if kind not in Ticket.Kind.values:
        wrong["kind"] = _("Choose a kind.")
    if category not in Ticket.Category.values:
        wrong["category"] = _("Choose a class.")
    if severity not in Ticket.Severity.values:
        wrong["severity"] = _("Choose how severe it is.")
    if not description:
        wrong["description"] = _("Write down what the customer said.")
    elif len(description) > DESCRIPTION_AT_MOST:
        wrong["description"] = _("At most %(count)d characters.") % {"count": DESCRIPTION_AT_MOST}
    if deadline is not None and deadline <= now:
        wrong["deadline"] = _("Choose a time still to come.")
    if wrong:
        raise ValidationError(wrong)


def check_came(at: dt.datetime | None, store_id: int | None, now: dt.datetime) -> dt.datetime:
    """When it came in: now, or earlier by no more than the rulebook says (CP-06).

    Raises `ValidationError` by field.
    """
    if at is None:
        return now
    days = numbers_for(store_id).complaint_entry_days
    if at > now:
        raise ValidationError({"came_at": _("This moment is still to come.")})
    if at < now - dt.timedelta(days=days):
        far = _("At most %(count)d days ago: what is older comes in today, its date in the words.")
        raise ValidationError({"came_at": far % {"count": days}})
    return at
