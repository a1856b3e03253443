"""Cases: what was learnt from a hard problem, without a word about whose it was (RV-38, CP-26)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import states
from complaints.models.subjects import is_about
from complaints.models.tickets import Ticket
from crm.people import roles
from crm.people.models import User
from crm.records.models import Record


class CaseState(models.TextChoices):
    DRAFT = states.DRAFT, pgettext_lazy("case", "Draft")
    WAITING = states.WAITING, pgettext_lazy("case", "Awaiting approval")
    PUBLISHED = states.PUBLISHED, pgettext_lazy("case", "Published")
    RETURNED = states.RETURNED, pgettext_lazy("case", "Returned")
    RETIRED = states.RETIRED, pgettext_lazy("case", "Retired")


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> CaseQuerySet:
        """Published ones for all staff; others for their author and who may approve them.

        What is not published of a complaint is not for whom it is about (CP-15).
        """
        reach = user.reach
        if not reach.posts:
            return self.none()
        stores = reach.stores_as(roles.SERVICE_SUPERVISOR, roles.MANAGER)
        own = Q(author=reach.user_id) | Q(store__in=stores)
        return self.filter(Q(state=states.PUBLISHED) | own & ~is_about(reach.user_id, "ticket__"))


class Case(Record):
    """A solved problem as a lesson: anonymised, approved by somebody else than its author.

    `search` is the normalised text of all its parts. `ticket` is where it came from; only who
    may see the ticket is led there.
    """

    case_no = models.CharField(_("case number"), max_length=40, unique=True)
    ticket = models.ForeignKey(
        "complaints.Ticket", on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    title = models.CharField(_("title"), max_length=120)
    category = models.CharField(_("category"), max_length=16, choices=Ticket.Category.choices)
    subcategory = models.CharField(_("sub-class"), max_length=60, blank=True)
    symptoms = models.TextField(_("symptoms"), max_length=4000)
    cause = models.TextField(_("cause"), max_length=4000)
    handling = models.TextField(_("handling"), max_length=4000)
    lessons = models.TextField(_("lessons"), max_length=4000, blank=True)
    state = models.CharField(max_length=9, choices=CaseState.choices, default=states.DRAFT)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    search = models.TextField(blank=True, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["state", "-created_at"], name="case_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=states.CASE_STATES), name="case_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=states.PUBLISHED) | Q(decided_by__isnull=False),
                name="case_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("author")),
                name="case_not_approved_by_author",
            ),
        ]

    def __str__(self) -> str:
        return self.title
