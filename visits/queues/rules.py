"""Visit rules as pages need them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.people.models import Store, User
from crm.people.roles import SERVICE_SUPERVISOR
from crm.records.states import Saved
from visits.access import BY_HAND
from visits.models import KINDS, Questionnaire, Trigger, VisitRule

RECENT = dt.timedelta(days=30)
# What a store's own rule begins with.
TAKEN_OVER = (
    *("name", "kind", "wait", "unit", "later_wait", "share", "method", "focus"),
    *("questionnaire_id", "assigns_itself"),
)


def rule_lines(user: User, now: dt.datetime) -> QuerySet[VisitRule]:
    """The rules this person may see, each with what it made and merged in the last 30 days."""
    recent = Q(causes__at__gte=now - RECENT)
    return (
        VisitRule.objects.visible_to(user)
        .select_related("questionnaire", "store", "replaces")
        .annotate(
            made=Count("causes", filter=recent & Q(causes__outcome="made")),
            merged=Count("causes", filter=recent & Q(causes__outcome="merged")),
        )
    )


def rules_by_hand(user: User) -> QuerySet[VisitRule]:
    """The rules in force that a list may be brought under."""
    return VisitRule.objects.visible_to(user).filter(active=True, trigger__in=BY_HAND)


def sheets_for(user: User, kinds: Collection[str]) -> QuerySet[Questionnaire]:
    """Questionnaires of these kinds of visit that are in use."""
    rows = Questionnaire.objects.visible_to(user).filter(kind__in=kinds, retired=False)
    return rows.filter(versions__state="approved").distinct()


def begun_rule(user: User, trigger: str, instead: str, today: dt.date) -> VisitRule | None:
    """A rule that is not saved yet; `instead` names a rule for all whose values it begins with.

    None where there is no such trigger or no rule to stand in place of.
    """
    if trigger not in KINDS:
        return None
    rule = VisitRule(trigger=trigger, kind=KINDS[Trigger(trigger)][0], since=today)
    if instead:
        rows = VisitRule.objects.visible_to(user).filter(store__isnull=True, trigger=trigger)
        replaced = rows.exclude(trigger__in=BY_HAND).filter(public_id=instead).first()
        if replaced is None:
            return None
        for name in TAKEN_OVER:
            setattr(rule, name, getattr(replaced, name))
        rule.replaces = replaced
    return rule


def own_rules_of(user: User, rule: VisitRule) -> QuerySet[VisitRule]:
    """The rules of stores that stand in place of a rule for all."""
    rows = VisitRule.objects.visible_to(user).select_related("store")
    return rows.filter(replaces=rule.pk) if rule.pk else rows.none()


def may_replace(user: User, rule: VisitRule) -> bool:
    """Whether this person has a store that could have a rule of its own in place of this one."""
    replaceable = rule.pk and rule.store_id is None and rule.trigger not in BY_HAND
    return bool(replaceable) and stores_to_rule(user, rule).exists()


def stores_to_rule(user: User, replaced: VisitRule | None) -> QuerySet[Store]:
    """The stores a person may make a rule for: those without one in place of `replaced`."""
    served = user.reach.stores_as(SERVICE_SUPERVISOR)
    stores = Store.objects.visible_to(user).filter(pk__in=served).order_by("name")
    if replaced is not None:
        stores = stores.exclude(pk__in=replaced.own_rules.values("store"))
    return stores


def saved_rule(rule: VisitRule) -> Saved:
    """How the rule stands now, for whoever came second."""
    names = ("name", "wait", "unit", "share", "method", "focus", "since")
    values = {name: getattr(rule, name) for name in names}
    words = str(_("Yes") if rule.active else _("No"))
    return Saved(values, facts=((str(_("In force")), words),), resend={"version": rule.version})
