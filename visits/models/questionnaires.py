"""Questionnaires, their versions, and what customers answered."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people import roles
from crm.people.models import User
from crm.records.models import Record
from visits import states
from visits.models.visits import Visit


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def visible_to(self, user: User) -> QuestionnaireQuerySet:
        """Those of all stores and of the person's own (matrix row 13)."""
        reach = user.reach
        if reach.has(roles.GENERAL_MANAGER):
            return self
        stores = reach.stores_as(
            roles.SERVICE_SUPERVISOR, roles.MARKETING_SUPERVISOR, roles.MANAGER
        )
        return self.filter(Q(store__in=stores) | Q(store__isnull=True)) if stores else self.none()


class OfQuestionnaire(models.QuerySet["QuestionnaireVersion"]):
    def visible_to(self, user: User) -> OfQuestionnaire:
        """The versions of the questionnaires one may see."""
        return self.filter(questionnaire__in=Questionnaire.objects.visible_to(user))


class OfVisit(models.QuerySet[Any]):
    def visible_to(self, user: User) -> OfVisit:
        """What belongs to a visit is seen by whoever sees the visit (D6)."""
        return self.filter(visit__in=Visit.objects.visible_to(user))


class Questionnaire(Record):
    """A set of questions for one kind of visit (RV-31); what is asked stands in its versions."""

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=18, choices=Visit.Kind.choices)
    retired = models.BooleanField(_("retired"), default=False)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def in_use(self) -> QuestionnaireVersion | None:
        """The version that is asked now; none before the first was approved."""
        return self.versions.filter(state=VersionState.APPROVED).first()


class VersionState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("questionnaire", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("questionnaire", "Awaiting approval")
    RETURNED = "returned", pgettext_lazy("questionnaire", "Returned")
    APPROVED = "approved", pgettext_lazy("questionnaire", "In use")
    RETIRED = "retired", pgettext_lazy("questionnaire", "Replaced")


class QuestionnaireVersion(Record):
    """The questions as they stood: an approved version never changes, answers are pinned to it.

    `body` has the form that `visits/questions.py` reads.
    """

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=VersionState.choices, default=VersionState.DRAFT)
    body = models.JSONField(default=dict)
    # The fingerprint of the questions it began with, before anybody changed them.
    edition = models.CharField(max_length=64, blank=True, default="")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Who else worked on it before it was approved: they may not approve it.
    editors = models.ManyToManyField(User, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField(max_length=300, blank=True)

    objects = OfQuestionnaire.as_manager()

    class Meta:
        ordering = ["questionnaire", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "number"], name="questionnaire_version_once"
            ),
            models.UniqueConstraint(
                fields=["questionnaire"],
                condition=Q(state="approved"),
                name="questionnaire_one_in_use",
            ),
            models.UniqueConstraint(
                fields=["questionnaire"],
                condition=Q(state__in=("draft", "submitted", "returned")),
                name="questionnaire_one_being_written",
            ),
            models.CheckConstraint(
                condition=Q(state__in=VersionState.values), name="questionnaire_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire_id}/{self.number}"

    @property
    def is_being_written(self) -> bool:
        """Whether it was not approved yet."""
        return self.state in states.BEING_WRITTEN


class Response(Record):
    """What one customer answered on one visit, by phone or through a link.

    Answers given to a colleague are labelled so (`entered_by`) and counted apart from the
    customer's own (SoD 9). Once submitted it does not change; a reopened visit begins the next
    `edition`.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="responses")
    questions = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.PROTECT, related_name="responses"
    )
    edition = models.PositiveSmallIntegerField(default=1)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    begun_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = OfVisit.as_manager()

    class Meta:
        ordering = ["visit", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "edition"], name="response_edition_once")
        ]

    def __str__(self) -> str:
        return f"{self.visit_id}/{self.edition}"


class Answer(models.Model):
    """One question's answer: a number for grades and scales, keys for choices, or words."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=40)
    number = models.IntegerField(null=True, blank=True)
    choices = models.JSONField(default=list, blank=True)
    text = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["response", "question"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.response_id} {self.question}"


class Measurement(models.Model):
    """What the answers of a visit's last edition count for in the figures (kpi.md, RV-40).

    A grade or scale is a `number`, each option chosen a row of its own. Overall satisfaction
    and recommendation stand on the visit itself; there stands also whether the customer would buy
    again, as a plain yes or no, while the option itself, probably or not sure, is kept here.
    """

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="measurements")
    measure = models.CharField(max_length=16)
    number = models.SmallIntegerField(null=True, blank=True)
    choice = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "measure", "choice"], name="measurement_of_visit_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.measure}"
