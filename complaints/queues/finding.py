"""Tickets found by words: numbers, complainant, phone, plate, VIN, what was said (CP-06, CP-21)."""

from __future__ import annotations

import re
import unicodedata

from django.db.models import Q

from complaints.models import Intake, Ticket, TicketQuerySet
from complaints.models.tickets import WORDS_READERS
from complaints.queues.similar import plain_plate
from crm.customers import names
from crm.customers.models import Card
from crm.customers.queues import whole_phone
from crm.orders.models import Order
from crm.people.models import User
from crm.vehicles.vins import plain_vin

LONGEST_QUERY, MOST_WORDS = 60, 6
# A ticket's number keeps its strokes: looked for in parts it would be found in many others.
WORDS = re.compile(r"[^\W_]+(?:[-/][^\W_]+)*")
LAST_DIGITS = re.compile(r"[0-9]{4}")
VIN_LONG = 17


def searched_words(query: str) -> list[str]:
    """What to look for, each in one width; an empty list where nothing was typed."""
    plain = unicodedata.normalize("NFKC", query[:LONGEST_QUERY]).translate(names.INNER_DOTS)
    return WORDS.findall(plain)[:MOST_WORDS]


def found_by(rows: TicketQuerySet, user: User, query: str) -> TicketQuerySet:
    """Those of `rows` that hold every word, or whose phone, plate or VIN is the whole query.

    Phones are found whole or by the last four digits every list shows, plates and VINs whole: a
    search is no way to guess the rest. Names are those of customers within scope, words those
    this person reads. Without a word nothing is left out; signs alone find nothing.
    """
    words = searched_words(query)
    if not words:
        return rows.none() if query.strip() else rows
    every = Q()
    for word in words:
        every &= _with(user, word)
    return rows.filter(every | _whole(user, query))


def _with(user: User, word: str) -> Q:
    """Tickets that hold one word anywhere this person may look."""
    number = Q(ticket_no__icontains=word) | Q(ledger_no__icontains=word)
    told = Q(name__icontains=word) | Q(subject__icontains=word) | Q(demand__icontains=word)
    said = Q(pk__in=Ticket.objects.filter(description__icontains=word).values("pk"))
    said |= Q(pk__in=Intake.objects.filter(told).values("ticket"))
    if not user.reach.has(*WORDS_READERS):
        said &= Q(responsible__in=user.reach.own_ids) | Q(reporter=user.reach.user_id)
    cards = Card.objects.visible_to(user).with_words(names.searched(word))
    found = Q(pk__in=Ticket.objects.filter(number).values("pk")) | said
    found |= Q(card__in=cards.values("pk"))
    if LAST_DIGITS.fullmatch(word):
        ends = Intake.objects.filter(phone__iendswith=word)
        found |= Q(pk__in=ends.values("ticket"))
    return found


def _whole(user: User, query: str) -> Q:
    """Tickets of one phone, plate or VIN, however it was typed."""
    found, plate, vin = Q(pk__in=[]), plain_plate(query), plain_vin(query)
    cards = Card.objects.visible_to(user)
    if phone := whole_phone(query):
        found |= Q(pk__in=Intake.objects.filter(phone=phone).values("ticket"))
        found |= Q(card__in=cards.of_phones([phone]).values("pk"))
    if any(char.isdigit() for char in plate):
        found |= Q(pk__in=Intake.objects.filter(plate=plate).values("ticket"))
        found |= Q(card__in=cards.with_words(names.searched(plate)).values("pk"))
    if len(vin) == VIN_LONG and vin.isascii():
        found |= Q(card__in=Order.objects.filter(vin=vin).values("card"))
    return found
