"""What a complaint is answered with: proposed, decided, sent, and what the customer said of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import access, actions, states
from complaints.forms.tickets import OfTicket
from complaints.models import Briefing, Proposal, Ticket
from complaints.queues.closing import conditions_of, last_word, tries_in_vain
from complaints.queues.mails import CHANNEL_OF, address_of
from crm.ui.fields import Buttons
from crm.ui.forms import Day, Line, Lines, Money

TWO_ROWS = {"rows": 2}
REPLY_WAYS = [
    ("letter", pgettext_lazy("way", "Letter")),
    ("email", pgettext_lazy("way", "E-mail")),
    ("message", pgettext_lazy("way", "Message")),
    ("call", pgettext_lazy("way", "By phone")),
    ("in_person", pgettext_lazy("way", "In person")),
]
NO_WAY = _("No way is set up to which an address is known: print the answer instead.")
REPLY_ICONS = {"letter": "file-text", "email": "mail", "message": "message", "call": "phone"}


class ProposalForm(OfTicket):
    """Cause, whose fault, the solution in words, and what is granted."""

    cause = Lines(label=_("Cause"), max_length=2000, widget=forms.Textarea(attrs=TWO_ROWS))
    liability = forms.ChoiceField(
        label=_("Whose fault"), choices=Proposal.Liability.choices, widget=Buttons()
    )
    words = Lines(
        label=_("Proposed solution"),
        max_length=4000,
        help_text=_("Nothing of this is told to the customer before it is approved."),
    )
    grant = forms.ChoiceField(
        label=_("Compensation"), choices=Proposal.Grant.choices, initial="nothing"
    )
    amount = Money(
        label=_("What it costs us, yuan"), required=False, help_text=_("Decides who approves it")
    )
    keep = forms.BooleanField(label=_("Keep it as a draft, send it later"), required=False)

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        options["initial"] = _written(ticket)
        super().__init__(*args, ticket=ticket, **options)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        solution = actions.Solution(
            cause=sent["cause"],
            liability=sent["liability"],
            words=sent["words"],
            grant=sent["grant"],
            amount=sent["amount"] or Decimal(0),
        )
        return {"solution": solution, "submit": not sent["keep"]}


class VerdictForm(OfTicket):
    """Approve, return or refuse; a major one with the minutes of its meeting."""

    verdict = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("approve", _("Approve")),
            ("return", _("Return to be changed")),
            ("refuse", _("Refuse")),
        ],
        widget=Buttons(icons={"approve": "check", "return": "arrow-back-up", "refuse": "x"}),
    )
    comment = Lines(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs=TWO_ROWS),
        help_text=_("Needed where it is returned or refused"),
    )
    met_on = Day(label=_("Day of the meeting"), required=False)
    minutes = Lines(label=_("Minutes of the meeting"), required=False, max_length=4000)

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        super().__init__(*args, ticket=ticket, **options)
        self.proposal = access.latest_proposal(ticket)
        if self.proposal is not None and not self.proposal.is_major:
            del self.fields["met_on"], self.fields["minutes"]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        return {
            "verdict": sent["verdict"],
            "comment": sent["comment"],
            "minutes": sent.get("minutes", ""),
            "met_on": sent.get("met_on"),
        }


class ReplyForm(OfTicket):
    """The answer, in writing unless the customer waives it."""

    way = forms.ChoiceField(
        label=_("How"), choices=REPLY_WAYS, widget=Buttons(icons=REPLY_ICONS), initial="letter"
    )
    words = Lines(
        label=_("Answer to the customer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    waived = Line(
        label=_("Why not in writing"),
        required=False,
        max_length=300,
        help_text=_("Only by phone or in person: the customer waives a written answer"),
    )
    send = forms.BooleanField(label=_("Send it from here"), required=False)

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        found = access.latest_proposal(ticket)
        ways = {
            way: to for way, channel in CHANNEL_OF.items() if (to := address_of(ticket, channel))
        }
        first = next(iter(ways), "letter")
        own = {"words": found.words if found else "", "way": first, "send": bool(ways)}
        options["initial"] = {**own, **options.get("initial", {})}
        super().__init__(*args, ticket=ticket, **options)
        if ways:
            self.fields["send"].help_text = _sent_to(ways)
        elif not self.is_bound:  # what was offered a moment ago is refused with its reason
            del self.fields["send"]
            self.fields["way"].help_text = NO_WAY

    def told(self) -> dict[str, Any]:
        """What the action takes: a letter, and what was said, is not sent from here."""
        sent = self.cleaned_data
        goes = bool(sent.get("send")) and sent["way"] in CHANNEL_OF
        told = {"words": sent["words"], "way": sent["way"], "waived": sent["waived"]}
        return {**told, "send": goes}


def _sent_to(ways: Mapping[str, str]) -> Any:
    """Where an e-mail or a message goes."""
    return _("With a link to say whether they are content: %(addresses)s") % {
        "addresses": ", ".join(ways.values())
    }


class CustomerWordForm(OfTicket):
    """Whether the customer is content with the answer; a no in their own words."""

    content = forms.ChoiceField(
        label=_("The customer says"),
        choices=[("yes", pgettext_lazy("customer", "Content")), ("no", _("Not content"))],
        widget=Buttons(icons={"yes": "mood-smile", "no": "mood-sad"}),
    )
    words = Lines(
        label=_("The customer's own words"),
        required=False,
        max_length=2000,
        help_text=_("Needed where they are not content: work begins anew, a level higher"),
    )

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        return {"content": sent["content"] == "yes", "words": sent["words"]}


class WordsOfTicketForm(OfTicket):
    """The customer's words, or ours, in a few lines."""

    words = Lines(label=_("In a few words"), max_length=2000)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"words": self.cleaned_data["words"]}


class CloseForm(OfTicket):
    """Close and file it; without the customer's yes, why."""

    reason = Lines(
        label=_("Why without the customer's yes"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs=TWO_ROWS),
        help_text=_(
            "After tries in vain on enough days, or where every contact was refused; empty where"
            " the customer is content"
        ),
    )

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        word = last_word(ticket)
        reason = "" if word and word.content else tries_in_vain(ticket)
        super().__init__(*args, ticket=ticket, initial={"reason": reason}, **options)
        self.conditions = conditions_of(ticket, timezone.now(), word)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"reason": self.cleaned_data["reason"]}


class AlarmForm(OfTicket):
    """Why the manager must know at once."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[one for one in Briefing.Reason.choices if one[0] != Briefing.Reason.QUALITY],
        widget=Buttons(),
    )
    words = Lines(label=_("What was said or found"), max_length=2000)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"reason": self.cleaned_data["reason"], "words": self.cleaned_data["words"]}


class SeverityForm(OfTicket):
    """How severe it is after all, and why."""

    severity = forms.ChoiceField(
        label=_("Severity"), choices=Ticket.Severity.choices, widget=Buttons()
    )
    reason = Lines(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs=TWO_ROWS),
        help_text=_("More severe: shorter limits from now. Less: longer ones from the beginning."),
    )

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        super().__init__(*args, ticket=ticket, **options)
        if not self.is_bound:  # sent twice, the second finds it judged already
            others = [one for one in Ticket.Severity.choices if one[0] != ticket.severity]
            self.fields["severity"].choices = others  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in ("severity", "reason")}


def _written(ticket: Ticket) -> dict[str, Any]:
    """What the last proposal said, to be changed: a draft, or one that came back."""
    found = access.latest_proposal(ticket)
    if found is None or found.state == states.OFFER_VOID:
        return {}
    names = ("cause", "liability", "words", "grant", "amount")
    return {name: getattr(found, name) for name in names}


class LinkForm(OfTicket):
    """Nothing to fill in: a link is made."""
