"""Visit rules as pages need them."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.people.models import User
from crm.records.states import Saved
from visits.access import BY_HAND
from visits.models import Questionnaire, VisitRule
from visits.queues.causes import Preview, events_of, preview_of

RECENT = dt.timedelta(days=30)


def rule_lines(user: User, now: dt.datetime) -> QuerySet[VisitRule]:
    """The rules this person may see, each with what it made and merged in the last 30 days."""
    recent = Q(causes__at__gte=now - RECENT)
    return (
        VisitRule.objects.visible_to(user)
        .select_related("questionnaire", "store")
        .annotate(
            made=Count("causes", filter=recent & Q(causes__outcome="made")),
            merged=Count("causes", filter=recent & Q(causes__outcome="merged")),
        )
    )


def rules_by_hand(user: User) -> QuerySet[VisitRule]:
    """The rules in force that a list may be brought under."""
    return VisitRule.objects.visible_to(user).filter(active=True, trigger__in=BY_HAND)


def preview_now(rule: VisitRule, now: dt.datetime) -> Preview:
    """What the rule would make if the worker came round now."""
    return preview_of(rule, events_of(rule, now=now), now=now)


def sheets_for(user: User, rule: VisitRule) -> QuerySet[Questionnaire]:
    """Questionnaires of the rule's kind that are in use."""
    rows = Questionnaire.objects.visible_to(user).filter(kind=rule.kind, retired=False)
    return rows.filter(versions__state="approved").distinct()


def saved_rule(rule: VisitRule) -> Saved:
    """How the rule stands now, for whoever came second."""
    names = ("name", "wait", "unit", "share", "method", "focus", "since")
    values = {name: getattr(rule, name) for name in names}
    words = str(_("Yes") if rule.active else _("No"))
    return Saved(values, facts=((str(_("In force")), words),), resend={"version": rule.version})
