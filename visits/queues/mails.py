"""Mails to customers as the page of a visit tells of them (RV-19)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from crm.notices.channels.reasons import WORDS, words_for
from crm.notices.mails import AGAIN, SENT, UNWISHED
from crm.people.models import User
from crm.records.states import Saved
from visits import access
from visits.mails import OVERDUE, REPLIED, standing
from visits.models import Visit, VisitMail


@dataclass(frozen=True)
class MailLine:
    """One mail, how it stands, and what may be done with it."""

    mail: VisitMail
    stands: str
    handles: bool
    invites: bool

    @property
    def is_late(self) -> bool:
        """Whether a reply is overdue."""
        return self.stands == OVERDUE

    @property
    def is_replied(self) -> bool:
        """Whether a reply has come."""
        return self.stands == REPLIED

    @property
    def may_log(self) -> bool:
        """Whether a reply can be written down."""
        return self.handles and not self.is_replied and self.mail.state in (SENT, *AGAIN)

    @property
    def may_resend(self) -> bool:
        """Whether it can be sent once more."""
        return self.handles and self.mail.state in AGAIN

    @property
    def may_remind(self) -> bool:
        """Whether the customer can be asked once more."""
        first = self.mail.reminds_id is None and not hasattr(self.mail, "reminder")
        return self.invites and first and self.mail.state == SENT and not self.is_replied

    @cached_property
    def words(self) -> str:
        """How it stands, for a reader."""
        own = {REPLIED: _("Replied to"), OVERDUE: _("Reply overdue")}
        return own.get(self.stands) or str(self.mail.get_state_display())

    @cached_property
    def why(self) -> str:
        """Why it was not sent."""
        kept = self.mail.last_error
        if kept == UNWISHED:
            return _("The customer does not wish it.")
        return words_for(kept) if kept.partition(": ")[0] in WORDS else kept


def mails_of(visit: Visit, user: User, today: dt.date) -> list[MailLine]:
    """The mails of a visit, the latest first."""
    rows = visit.mails.select_related("written_by", "replied_to", "reminder")
    rows = rows.prefetch_related("files")
    invites = access.can_invite(user, visit)
    return [
        MailLine(
            mail,
            standing(
                mail.state,
                replied=mail.replied_at is not None,
                reply_by=mail.reply_by,
                today=today,
            ),
            access.handles_visit(user, visit),
            invites,
        )
        for mail in rows
    ]


def saved_mail(mail: VisitMail) -> Saved:
    """A mail as it stands now, for a reply that was written down second (D32)."""
    return Saved(
        {"reply": mail.reply},
        facts=((_("State"), str(mail.get_state_display())),),
        resend=None if mail.replied_at else {"version": mail.version},
        link=reverse("visits:visit", args=[mail.visit.public_id]),
        at=mail.replied_at,
    )
