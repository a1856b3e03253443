"""A return visit and its state."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models import Ticket, is_about
from crm.customers.models import SALES_READERS, row_scope
from crm.people import roles
from crm.people.models import User
from crm.records.models import ORIGINAL, REMOVE, SEE, Record
from followups.models import Method
from visits import states
from visits.models.reasons import CancelReason, NothingBecause

VISIT_READERS = SALES_READERS | {roles.AUDITOR}
WORDS_READERS = (
    *(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.SALES_SUPERVISOR),
    *(roles.MANAGER, roles.GENERAL_MANAGER, roles.AUDITOR),
)


class VisitState(models.TextChoices):
    PENDING = states.PENDING, _("To be assigned")
    ASSIGNED = states.ASSIGNED, _("Assigned")
    APPOINTED = states.APPOINTED, _("Appointment made")
    IN_PROGRESS = states.IN_PROGRESS, pgettext_lazy("visit", "In progress")
    AWAITING_ENTRY = states.AWAITING_ENTRY, _("Awaiting entry")
    COMPLETED = states.COMPLETED, pgettext_lazy("visit", "Completed")
    NOT_REACHED = states.NOT_REACHED, _("Not reached")
    DECLINED = states.DECLINED, _("Declined")
    CANCELLED = states.CANCELLED, pgettext_lazy("visit", "Cancelled")


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: User) -> VisitQuerySet:
        """Own visits, those of the cards in scope, or the store's for service (matrix row 10).

        Never one that this person is still to audit: the customer is asked again without the
        answers in sight (SA-01). Nor one that follows a complaint about themselves (CP-33).
        """
        reach = user.reach
        about_them = Ticket.objects.filter(is_about(reach.user_id)).order_by().values("pk")
        store = reach.stores_as(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.MANAGER)
        own = Q(assignee__in=reach.own_ids)
        rows = self.filter(own | Q(store__in=store) | row_scope(reach, "card__", VISIT_READERS))
        rows = rows.exclude(ticket__in=about_them)
        if not reach.has(roles.AUDITOR):
            return rows
        blind = {"drawn_audit__auditor": reach.user_id, "drawn_audit__state__in": states.BLIND}
        return rows.exclude(**blind)

    def files_for(self, user: User, right: str = SEE) -> VisitQuerySet:
        """Whose files this person may see, take as they came, or remove as a mistake (D36).

        Files say what words say: none for whom the customer was asked about. As it came it is for
        the visitor and service's supervisor.
        """
        reach, rows = user.reach, self.visible_to(user).not_rating(user)
        if right == REMOVE:
            leads = (roles.SERVICE_SUPERVISOR, roles.MANAGER)
            return rows.filter(store__in=reach.stores_as(*leads))
        own = Q(assignee__in=reach.own_ids)
        if right == ORIGINAL:
            return rows.filter(own | Q(store__in=reach.stores_as(roles.SERVICE_SUPERVISOR)))
        return rows if reach.has(*WORDS_READERS) else rows.filter(own)

    def not_rating(self, user: User) -> VisitQuerySet:
        """Those on which the customer judges somebody else: `rated_ids`, asked of the database."""
        me = user.pk
        answered = Q(ticket__responsible=me) | is_about(me, "ticket__") | Q(ticket__solved_by=me)
        answered |= Q(ticket__tasks__handler=me)
        owned = self.model.objects.filter(kind__in=RATES_OWNER, card__owner=me)
        handled = self.model.objects.filter(answered, kind=Visit.Kind.COMPLAINT)
        other_card = Q(causes__card__lt=F("card")) | Q(causes__card__gt=F("card"))
        joined = self.model.objects.filter(other_card, causes__card__owner=me)
        rows = self.exclude(pk__in=owned.values("pk")).exclude(pk__in=joined.values("pk"))
        return rows.exclude(pk__in=handled.values("pk"))

    def due(self) -> VisitQuerySet:
        """Still to be made."""
        return self.filter(state__in=states.DUE)


class Visit(Record):
    """One return visit: a call, mail, home visit or questionnaire after the sale (RV group).

    `team` and `store` are the assignee's (else the card's store); `owner…` is the card's owner
    when the visit was completed, whose satisfaction it measures (kpi.md). `due_on` is a local
    date, `completed_at` UTC.
    """

    class Kind(models.TextChoices):
        NEW_PURCHASE = "new_purchase", _("New purchase")
        REGULAR = "regular", _("Regular")
        PROJECT = "project", _("Project")
        COMPLAINT = "complaint", pgettext_lazy("visit", "After a complaint")
        EVENT = "event", pgettext_lazy("visit", "After an event")
        FOLLOW_UP_FEEDBACK = "follow_up_feedback", _("Feedback on follow-up")

    class Audit(models.TextChoices):
        ACCURATE = "accurate", _("Accurate")
        INACCURATE = "inaccurate", _("Inaccurate")

    visit_no = models.CharField(_("visit number"), max_length=40, unique=True)
    card = models.ForeignKey("customers.Card", on_delete=models.PROTECT, related_name="visits")
    kind = models.CharField(_("kind"), max_length=18, choices=Kind.choices)
    state = models.CharField(
        max_length=14, choices=VisitState.choices, default=states.PENDING, db_index=True
    )
    due_on = models.DateField(_("due on"), db_index=True)
    assignee = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(
        "people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner_team = models.ForeignKey(
        "people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner_store = models.ForeignKey(
        "people.Store", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    method = models.CharField(_("method"), max_length=9, choices=Method.choices, blank=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True, db_index=True)
    satisfaction = models.PositiveSmallIntegerField(_("satisfaction"), null=True, blank=True)
    declined = models.BooleanField(_("declined to rate"), default=False)
    repurchase = models.BooleanField(_("would buy again"), null=True, blank=True)
    recommend = models.PositiveSmallIntegerField(
        _("likelihood to recommend"), null=True, blank=True
    )
    audit = models.CharField(_("audit"), max_length=10, choices=Audit.choices, blank=True)
    ticket = models.ForeignKey(
        "complaints.Ticket",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="visits",
    )
    notes = models.TextField(_("notes"), max_length=4000, blank=True)
    # How it is to be made (RV-16, RV-24) and what came of the tries (RV-30).
    focus = models.CharField(_("focus"), max_length=200, blank=True, default="", db_default="")
    questions = models.ForeignKey(
        "visits.QuestionnaireVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    appointed_at = models.DateTimeField(_("appointment"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True, default="", db_default="")
    next_try_at = models.DateTimeField(_("call again at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    made_at = models.DateTimeField(null=True, blank=True, editable=False)
    entry_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    seconds = models.PositiveIntegerField(_("duration"), null=True, blank=True)
    end_reason = models.CharField(
        _("reason"), max_length=200, blank=True, default="", db_default=""
    )

    nothing_because = models.CharField(
        _("nothing passed on because"),
        max_length=8,
        choices=NothingBecause.choices,
        blank=True,
        default="",
        db_default="",
    )

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["store", "state", "due_on"], name="visit_queue"),
            # Whether a customer answered later is asked of every visit that a figure counts.
            models.Index(fields=["card", "completed_at"], name="visit_of_card"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=states.ALL), name="visit_state_known"),
            models.CheckConstraint(
                condition=~Q(state=states.COMPLETED) | Q(completed_at__isnull=False),
                name="visit_completed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True)
                | Q(satisfaction__range=(1, 5), state=states.COMPLETED, declined=False),
                name="visit_rating_one_to_five",
            ),
            models.CheckConstraint(
                condition=Q(recommend__isnull=True) | Q(recommend__range=(0, 10)),
                name="visit_recommend_zero_to_ten",
            ),
        ]

    def __str__(self) -> str:
        return self.visit_no

    @property
    def length(self) -> dt.timedelta | None:
        """How long the call took, where that was measured (RV-18)."""
        return None if self.seconds is None else dt.timedelta(seconds=self.seconds)

    @property
    def end_words(self) -> str:
        """Why it ended without answers, in the reader's language; empty where nothing was said."""
        return str(dict(CancelReason.choices).get(self.end_reason, self.end_reason))

    @property
    def rated_ids(self) -> frozenset[int]:
        """Whom the customer judges on this visit: they never make it themselves (SoD 8).

        After a complaint that is everybody who answered, proposed or handled it (4.7).
        """
        people = set(self.joined_owners)
        if self.kind in RATES_OWNER:
            people.add(self.card.owner_id)
        if self.kind == Visit.Kind.COMPLAINT and self.ticket is not None:
            ticket = self.ticket
            people |= {ticket.responsible_id, *ticket.subjects, ticket.solved_by_id}
            people |= {task.handler_id for task in ticket.tasks.all()}
        return frozenset(person for person in people if person is not None)

    @cached_property
    def joined_owners(self) -> frozenset[int | None]:
        """Who owns the customer's other cards of which this is the visit as well (RV-15).

        Lists prefetch `causes__card`.
        """
        causes = [one for one in self.causes.all() if one.card_id != self.card_id]
        return frozenset(cause.card.owner_id for cause in causes)


# Kinds in which the customer judges the salesperson who owns the card (RV-24).
RATES_OWNER = frozenset(Visit.Kind.values) - {Visit.Kind.COMPLAINT, Visit.Kind.EVENT}
