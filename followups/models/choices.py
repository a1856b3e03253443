"""What plans and contacts may say: ways, results and states, in words."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from followups import states


class Method(models.TextChoices):
    """How the customer is reached (CL-04); 到店 is in_person, 上门 onsite."""

    PHONE = "phone", _("Phone")
    WECHAT = "wechat", _("WeChat")
    SMS = "sms", _("SMS")
    IN_PERSON = "in_person", _("Showroom visit")
    ONSITE = "onsite", _("Home visit")
    EMAIL = "email", _("Email")
    SURVEY = "survey", _("Online questionnaire")


class Direction(models.TextChoices):
    OUT = "out", _("Outbound")
    IN = "in", _("Inbound")


class Outcome(models.TextChoices):
    REACHED = "reached", _("Reached")
    REPLIED = "replied", _("Replied")
    SENT = "sent", _("Sent")
    NO_ANSWER = "no_answer", _("No answer")
    ABSENT = "absent", _("Absent")
    REFUSED = "refused", _("Would not talk")
    WRONG_NUMBER = "wrong_number", _("Wrong number")


class Result(models.TextChoices):
    """The result buttons of the contact form (architecture.md section 6)."""

    PROGRESS = "progress", _("Progress")
    THINKING = "thinking", _("Thinking it over")
    NO_ANSWER = "no_answer", _("No answer")
    VISIT_AGREED = "visit_agreed", _("Visit agreed")
    WANTS_QUOTE = "wants_quote", _("Wants a quote")
    NOT_BUYING = "not_buying", _("Not buying")
    ABSENT = "absent", _("Absent")
    REFUSED = "refused", _("Would not talk")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    SENT = "sent", _("Sent")


class Purpose(models.TextChoices):
    SALES = "sales", _("Follow-up")
    CARE = "care", _("Care")


class PlanState(models.TextChoices):
    DRAFT = states.DRAFT, _("Draft")
    SUBMITTED = states.SUBMITTED, _("Awaiting approval")
    RETURNED = states.RETURNED, _("Returned")
    APPROVED = states.APPROVED, _("Approved")
    ADJUSTING = states.ADJUSTING, _("Being adjusted")
    COMPLETED = states.COMPLETED, _("Completed")
    CANCELLED = states.CANCELLED, _("Cancelled")


class PlannedState(models.TextChoices):
    PLANNED = states.PLANNED, _("Planned")
    DONE = states.DONE, _("Done")
    CANCELLED = states.CANCELLED, _("Cancelled")
    RESCHEDULED = states.RESCHEDULED, _("Rescheduled")
