"""Who presses what on a complaint being answered, and on what is put right after it."""

from __future__ import annotations

from functools import partial

from complaints import actions as complaints
from complaints.models import Correction, Ticket
from crm.people.models import User
from tests.complaints import answers as made
from tests.complaints.complaints import make_complaint
from tests.fault.verbs import Verb, seen_by
from tests.people import NOW, Cast, make_card
from tests.permissions.answers import make_correction

withdraw = partial(complaints.withdraw_ticket, words="不用了")
recuse = partial(complaints.name_colleague, reason="客户指名")


def on_in_work(cast: Cast) -> list[tuple[User, Verb]]:
    propose = partial(complaints.propose_solution, solution=made.solution())
    no = partial(complaints.reject_ticket, words="只是询问", way="call", becomes="inquiry")
    name = partial(recuse, about=cast.tang)
    return [*seen_by(cast.wu, propose, withdraw), *seen_by(cast.xu, propose, no, name)]


def on_approving(cast: Cast) -> list[tuple[User, Verb]]:
    """Approved against withdrawn, returned, taken back: one wins, the others are told."""
    yes = partial(complaints.decide_proposal, verdict="approve")
    back = partial(complaints.decide_proposal, verdict="return", comment="太多")
    return [
        *seen_by(cast.xu, yes, partial(recuse, about=cast.wu)),
        *seen_by(cast.wu, withdraw, complaints.take_back_proposal),
        *seen_by(cast.shen, back),
    ]


def on_approved(cast: Cast) -> list[tuple[User, Verb]]:
    reply = partial(complaints.reply_ticket, words="固件已升级，赠送充电卡", way="letter")
    return [*seen_by(cast.wu, reply, withdraw), *seen_by(cast.xu, reply)]


def on_replied(cast: Cast) -> list[tuple[User, Verb]]:
    yes = partial(complaints.hear_customer, content=True, words="好")
    no = partial(complaints.hear_customer, content=False, words="没好")
    unheard = partial(complaints.close_ticket, reason="三次未接通")
    return [*seen_by(cast.xu, yes, no), *seen_by(cast.shen, unheard)]


def on_content(cast: Cast) -> list[tuple[User, Verb]]:
    """Closed against reopened: one wins, the other is told."""
    again = partial(complaints.reopen_complaint, words="又停了")
    return [*seen_by(cast.xu, complaints.close_ticket), *seen_by(cast.wu, again)]


def unclaimed(cast: Cast) -> Ticket:
    """What the front desk wrote down and nobody of customer service has."""
    return make_complaint(cast, by=cast.fang, card=make_card(cast.lin))


def on_unclaimed(cast: Cast) -> list[tuple[User, Verb]]:
    """Two agents take one ticket: one has it, the other is told who and when."""
    return [*seen_by(cast.wu, complaints.claim_ticket), *seen_by(cast.xu, complaints.claim_ticket)]


def offered(cast: Cast) -> Ticket:
    """One that Wu asked Xu to take over."""
    ticket = make_complaint(cast)
    complaints.offer_ticket(
        ticket, by=cast.wu, version=ticket.version, to=cast.xu, reason="休假", now=NOW
    )
    return ticket


def on_offered(cast: Cast) -> list[tuple[User, Verb]]:
    """A hand-over accepted twice, accepted against declined, against withdrawn by the customer."""
    no = partial(complaints.decline_ticket, reason="休假")
    return [
        *seen_by(cast.xu, complaints.take_ticket, complaints.take_ticket),
        *seen_by(cast.wu, withdraw),
        *seen_by(cast.xu, no, complaints.take_ticket),
        *seen_by(cast.wu, withdraw),
    ]


def correction(cast: Cast, **fields: str) -> Correction:
    return make_correction(make_card(cast.lin), cast.lin, **fields)


def on_to_do(cast: Cast) -> list[tuple[User, Verb]]:
    done = partial(complaints.report_correction, outcome="已培训")
    return [*seen_by(cast.lin, complaints.start_correction, done, complaints.start_correction)]


def on_started(cast: Cast) -> list[tuple[User, Verb]]:
    done = partial(complaints.report_correction, outcome="已培训")
    return [*seen_by(cast.lin, done, done)]


def on_reported(cast: Cast) -> list[tuple[User, Verb]]:
    yes = partial(complaints.verify_correction, works=True, verdict="抽查属实")
    return [*seen_by(cast.xu, yes), *seen_by(cast.shen, yes)]
