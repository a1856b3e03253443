"""By which way an answer can leave the house, and how those that left it stand (CP-20)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from complaints import access
from complaints.models import ReplyMail, Ticket
from crm.customers import names, phones
from crm.customers import states as card_states
from crm.customers.models import Consent
from crm.notices.channels.names import set_up
from crm.notices.channels.reasons import WORDS, words_for
from crm.notices.mails import AGAIN, EMAIL, SMS, UNWISHED
from crm.people.models import User

# What a way of answering is sent by.
CHANNEL_OF = {"email": EMAIL, "message": SMS}


def reached_by(ticket: Ticket, channel: str) -> str:
    """Where a message of this channel goes: the customer's, else the complainant's own number."""
    intake = getattr(ticket, "intake", None)
    if channel == EMAIL:
        return ticket.card.customer.email if ticket.card else ""
    own = ticket.card.customer.phone if ticket.card else ""
    return own or (intake.phone if intake else "")


def is_unwished(ticket: Ticket, channel: str) -> bool:
    """Whether the customer refused this way, or is no longer named.

    An answer to a complaint is owed even where no other contact is wished (PS-01).
    """
    card = ticket.card
    if card is None:
        return False
    if card.state in (card_states.MERGED, card_states.ANONYMISED):
        return True
    rows = Consent.objects.withdrawn().filter(customer=card.customer_id, channel=channel)
    return rows.filter(purpose=Consent.Purpose.CONTACT).exists()


def why_not(ticket: Ticket, channel: str) -> str:
    """Why nothing can be sent this way; empty where it can."""
    if channel not in set_up():
        return _("This way is not set up here.")
    if not reached_by(ticket, channel):
        return _("No address of the customer is known for it.")
    if is_unwished(ticket, channel):
        return _("The customer does not wish to be contacted this way.")
    return ""


def address_of(ticket: Ticket, channel: str) -> str:
    """Where an answer could go this way, masked, such as `w**@example.com`; empty where nowhere."""
    if why_not(ticket, channel):
        return ""
    to = reached_by(ticket, channel)
    return names.masked_email(to) if channel == EMAIL else phones.mask(to)


@dataclass(frozen=True)
class MailLine:
    """One answer on its way, and whether this reader may have it sent once more."""

    mail: ReplyMail
    may_resend: bool

    @property
    def tone(self) -> str:
        """The colour of how it stands."""
        if self.mail.state in AGAIN:
            return "late"
        return "done" if self.mail.state == "sent" else "soon"

    @property
    def why(self) -> str:
        """Why it was not sent, for a reader."""
        kept = self.mail.last_error
        if kept == UNWISHED:
            return _("The customer does not wish it.")
        return words_for(kept) if kept.partition(": ")[0] in WORDS else kept


def mails_of(user: User, ticket: Ticket) -> list[MailLine]:
    """The answers of a ticket that were sent or are to be, the latest first."""
    if ticket.told_at is None:
        return []
    may = access.can_reply(user, ticket)
    rows = ticket.mails.select_related("written_by")
    return [MailLine(mail, may and mail.state in AGAIN) for mail in rows]
