"""The contact form as HTML: drawn once for each shape, then only filled in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from crm.customers.models import Card
from crm.people.access import SignedInRequest
from crm.ui.moulds import draw_kept
from followups import suggestions
from followups.forms.contact import ContactForm
from followups.models import PlannedContact

TEMPLATE = "followups/_contact_form.html"
WORDLESS = (suggestions.PICK, suggestions.NOTHING)


def drawn_form(request: SignedInRequest, form: ContactForm | None, *, back: str = "") -> str:
    """The form as the page shows it; empty without one.

    What was typed, now or in a draft, is drawn anew; an untouched form is the same for all cards
    of its shape but for a few words.
    """
    if form is None:
        return ""
    beside = {"back": back, "request_id": str(uuid.uuid4())}
    if form.is_bound or form.draft:
        return render_to_string(TEMPLATE, {"form": form, **beside}, request)
    shortcuts_on = request.user.shortcuts_on

    def make(places: Mapping[str, str]) -> str:
        context = {**places, "form": _StandIn(form, places), "shortcuts_on": shortcuts_on}
        return render_to_string(TEMPLATE, context)

    return draw_kept(
        (TEMPLATE, _shape_of(form), shortcuts_on), make, **_words_of(form),
        csrf_token=get_token(request), **beside,
    )  # fmt: skip


def _shape_of(form: ContactForm) -> tuple[object, ...]:
    """All that decides how an untouched form looks, but its words."""
    return (
        form.initial["method"],
        form.card.level,
        form.days_between,
        form.card.is_followed_up,
        form.planned is None,
        *form.offers.chips(),
    )


def _words_of(form: ContactForm) -> dict[str, str]:
    """What differs from card to card."""
    return {
        "ids": str(form.auto_id).removesuffix("%s"),
        "name": form.name,
        "action": form.action,
        "draft_url": form.draft_url,
        "cycle_words": form.cycle_words,
        "version": str(form.planned.version) if form.planned else "",
        **{f"at_{key}": form.words_of(key) for key in _dated(form)},
    }


def _dated(form: ContactForm) -> list[str]:
    """The chips of the next contact that say a date."""
    return [key for key in form.offers.chips() if key not in WORDLESS]


class _StandIn(ContactForm):
    """A form of the same shape, with stand-ins for the words."""

    action = draft_url = cycle_words = ""

    def __init__(self, like: ContactForm, places: Mapping[str, str]) -> None:
        self.places = places
        planned = None if like.planned is None else PlannedContact(method=like.planned.method)
        super().__init__(
            card=Card(level=like.card.level, state=like.card.state),
            name=places.get("name", ""),
            planned=planned,
            offers=like.offers,
            auto_id=f"{places['ids']}%s",
        )
        self.initial["planned_version"] = places.get("version")
        self.action, self.draft_url = places["action"], places["draft_url"]
        self.cycle_words = places["cycle_words"]

    def words_of(self, key: str) -> str:
        return self.places.get(f"at_{key}") or super().words_of(key)
