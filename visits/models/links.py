"""The links customers answer by, and the mails that carry them (RV-19, RV-21)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.notices.models import CustomerMail
from crm.people import roles
from crm.people.models import User
from crm.records.models import Attachment, Record
from visits import states
from visits.models.questionnaires import OfVisit, QuestionnaireVersion
from visits.models.visits import Visit


class SurveyLinkQuerySet(OfVisit):
    def visible_to(self, user: User) -> SurveyLinkQuerySet:
        """The links of one's own visits, and of the stores one serves or leads (P7).

        Never for sales: the customer is asked about them.
        """
        reach = user.reach
        if reach.has(roles.GENERAL_MANAGER):
            return self
        stores = reach.stores_as(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.MANAGER)
        return self.filter(visit__store__in=stores)

    def unended(self, now: dt.datetime) -> SurveyLinkQuerySet:
        """Neither used, revoked nor expired."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now)

    def live(self, now: dt.datetime) -> SurveyLinkQuerySet:
        """Those a customer may still answer by: the visit is open, too."""
        return self.unended(now).filter(visit__state__in=states.DUE)


class SurveyLink(Record):
    """A customer's way to a questionnaire: 256 random bits, of which a hash is kept (D43).

    `questions` is the version asked, however long the customer takes. `draft` holds what was
    answered so far, by form field; it is emptied when the answers are submitted. `opened_at` is
    when the customer first saved something: programs that look ahead open links, too.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="links")
    questions = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    expires_at = models.DateTimeField(_("open until"))
    opened_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    draft = models.JSONField(default=dict, blank=True)

    objects = SurveyLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["expires_at"], name="survey_link_expiry")]

    def __str__(self) -> str:
        return f"{self.visit_id} until {self.expires_at:%Y-%m-%d}"


class VisitMail(CustomerMail):
    """One mail or text message to a customer about a visit, and what came back (RV-19).

    It is sent by the worker. `files`, kept with the visit, go along by e-mail. `with_link` puts a
    survey link under the text: its token is made when it is sent, since only a hash of it is kept.
    `reply_by` is a local date. A mail replied to through the link has no `replied_to`.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="mails")
    with_link = models.BooleanField(_("with the questionnaire"), default=True)
    link = models.ForeignKey(
        SurveyLink, on_delete=models.PROTECT, null=True, blank=True, related_name="mails"
    )
    files = models.ManyToManyField(Attachment, blank=True, related_name="+")
    reply_by = models.DateField(_("reply by"), null=True, blank=True)
    reminds = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reminder"
    )
    replied_at = models.DateTimeField(_("replied at"), null=True, blank=True)
    replied_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reply = models.TextField(_("reply"), max_length=2000, blank=True)

    objects = OfVisit.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["began_at"],
                condition=Q(state__in=("waiting", "sending")),
                name="visit_mail_to_send",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "sending", "sent", "failed", "unknown")),
                name="visit_mail_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="visit_mail_sent_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.channel} {self.state}"
