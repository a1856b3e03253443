"""By which way a customer gets a questionnaire that goes to many, and why some get none. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

SENT_ALREADY, REFUSED, NO_QUESTIONS, NO_ADDRESS, ASKED_ABOUT = (
    *("sent_already", "refused", "no_questions", "no_address", "asked_about"),
)


@dataclass(frozen=True, slots=True)
class Way:
    """The channel by which a questionnaire goes, or, where that is empty, why it goes by none."""

    channel: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What is known of a visit whose customer may be asked by a link.

    `reached_by` and `refused` are channels: those an address is known for, those the customer
    does not wish. `judged` says that whoever sends it is the one the customer is asked about.
    """

    reached_by: Collection[str]
    refused: Collection[str] = ()
    sent_already: bool = False
    has_questions: bool = True
    judged: bool = False


def way_to(invited: Invited, channels: Sequence[str]) -> Way:
    """The first of `channels` that leads to the customer and is not refused (RV-21)."""
    if invited.judged:
        return Way(why=ASKED_ABOUT)
    if invited.sent_already:
        return Way(why=SENT_ALREADY)
    if not invited.has_questions:
        return Way(why=NO_QUESTIONS)
    wished = [channel for channel in channels if channel not in invited.refused]
    if channels and not wished:
        return Way(why=REFUSED)
    known = [channel for channel in wished if channel in invited.reached_by]
    return Way(channel=known[0]) if known else Way(why=NO_ADDRESS)
