"""Corrections as their pages need them, and who may be given one (SA-04)."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from crm.people import roles
from crm.people.models import Membership, User
from crm.records.states import Saved
from crm.ui.lists import Chip, ListSpec, Sort
from visits import states
from visits.models import (
    CORRECTORS,
    AuditFinding,
    Correction,
    CorrectionQuerySet,
    CorrectionStep,
    Criterion,
    Verdict,
    Visit,
    VisitAudit,
)

UNSETTLED = Q(state__in=(states.OPEN, states.DONE))
OPINIONS = Q(audit__isnull=True)


def correction_queue(user: User) -> CorrectionQuerySet:
    """The corrections this person may see, with everything their pages show."""
    wrong = AuditFinding.objects.filter(verdict=Verdict.NO)
    rows = Correction.objects.visible_to(user).select_related(
        "owner", "store", "done_by", "audit__visitor", "audit__auditor", "visit__assignee"
    )
    return rows.prefetch_related(
        Prefetch("audit__findings", queryset=wrong, to_attr="wrong"),
        Prefetch("steps", queryset=CorrectionStep.objects.select_related("by", "to")),
    )


def unsettled_count(user: User) -> int:
    """How many corrections this person may see are still to be settled."""
    return correction_queue(user).filter(UNSETTLED).count()


def correction_of(user: User, audit: VisitAudit) -> Correction | None:
    """What is put right after this audit, where this person may see it."""
    return correction_queue(user).filter(audit=audit).first()


def correction_list(user: User, today: dt.date) -> ListSpec:
    """What the list allows; `today` is the store's local date."""
    late = Q(state=states.OPEN, due_on__lt=today)
    return ListSpec(
        sorts=(Sort("due", gettext_lazy("Due"), ("due_on", "id")),),
        chips=(
            Chip("open", pgettext_lazy("corrections", "Not settled"), UNSETTLED),
            Chip("mine", gettext_lazy("Mine"), own_work(user)),
            Chip("late", gettext_lazy("Overdue"), late, "alert-triangle", "late"),
            Chip("opinions", gettext_lazy("Opinions of visits"), OPINIONS & UNSETTLED),
            Chip("to_verify", pgettext_lazy("correction", "To verify"), Q(state=states.DONE)),
            Chip("all", gettext_lazy("All")),
        ),
    )


def own_work(user: User) -> Q:
    """What this person, or whom they stand in for, has to put right."""
    return Q(state=states.OPEN, owner__in=user.reach.own_ids)


def overdue(user: User, today: dt.date) -> CorrectionQuerySet:
    """What should have been put right before the local date `today`."""
    return Correction.objects.visible_to(user).filter(state=states.OPEN, due_on__lt=today)


def wrong_words(correction: Correction) -> list[tuple[str, str]]:
    """The criteria an audit answered with no, in the order they are judged, with their words."""
    if correction.is_opinion:
        return [(_("The customer was not content with the visit"), "")]
    found = {one.criterion: one.words for one in getattr(correction.audit, "wrong", ())}
    return [(str(one.label), found[one.value]) for one in Criterion if one.value in found]


def _at_work(store_id: int | None, today: dt.date) -> QuerySet[User]:
    posts = Membership.objects.valid_on(today).filter(
        user=OuterRef("pk"), store=store_id, role__in=CORRECTORS
    )
    return User.objects.filter(Exists(posts), is_active=True).order_by("name", "pk")


def _without(auditor_id: int | None, people: QuerySet[User]) -> QuerySet[User]:
    return people if auditor_id is None else people.exclude(pk=auditor_id)


def possible_owners(correction: Correction, today: dt.date) -> QuerySet[User]:
    """Service and the managers of the store that day; neither the auditor, who verifies, nor
    the people the customer was asked about."""
    here = _without(correction.auditor_id, _at_work(correction.store_id, today))
    return here.exclude(pk__in=correction.visit.rated_ids)


def first_owner(row: VisitAudit, today: dt.date) -> User:
    """The visitor; one who works here no longer is replaced by service's supervisor or manager."""
    here = _without(row.auditor_id, _at_work(row.store_id, today))
    if here.filter(pk=row.visitor_id).exists():
        return row.visitor
    for role in (roles.SERVICE_SUPERVISOR, roles.MANAGER):
        posts = Membership.objects.valid_on(today).filter(store=row.store_id, role=role)
        found = here.filter(pk__in=posts.values("user")).first()
        if found is not None:
            return found
    return row.visitor


def who_looks_into(visit: Visit, today: dt.date) -> User | None:
    """Service's supervisor of the store, else its manager; never the visitor or who is rated."""
    apart = {visit.assignee_id, *visit.rated_ids}
    for role in (roles.SERVICE_SUPERVISOR, roles.MANAGER):
        posts = Membership.objects.valid_on(today).filter(store=visit.store_id, role=role)
        people = User.objects.filter(pk__in=posts.values("user"), is_active=True)
        found = people.exclude(pk__in=[pk for pk in apart if pk]).order_by("pk").first()
        if found is not None:
            return found
    return None


def opinions_open(user: User) -> int:
    """How many customers' bad opinions of visits this person may see are not looked into yet."""
    return Correction.objects.visible_to(user).filter(OPINIONS & UNSETTLED).count()


def verifying_role(correction: Correction, today: dt.date) -> str:
    """Whose desk verifies: service's supervisor, or the manager where that one has a part in it."""
    judged = correction.judged
    apart = [correction.owner_id, correction.done_by_id, judged.pk if judged else None]
    posts = Membership.objects.valid_on(today).filter(
        store=correction.store_id, role=roles.SERVICE_SUPERVISOR
    )
    return roles.MANAGER if posts.filter(user__in=apart).exists() else roles.SERVICE_SUPERVISOR


def saved_correction(correction: Correction, verb: str) -> Saved:
    """How a correction stands now, for whoever came second with a verb."""
    facts = (
        (_("State"), str(correction.get_state_display())),
        (pgettext("correction", "Owner"), correction.owner.name),
    )
    values = {
        "owner": correction.owner_id,
        "due_on": correction.due_on,
        "what": correction.what,
    }
    allowed = correction.state in states.CORRECTION_MOVES[verb]
    resend = {"version": correction.version} if allowed else None
    return Saved(values, facts=facts, resend=resend)
