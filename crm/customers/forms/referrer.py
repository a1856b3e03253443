"""Who sent a customer, named by the number of their card (RB-04)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.customers.models import Card
from crm.people.models import User
from crm.ui.forms import Line
from crm.ui.versioned import VersionedForm

SENT_BY = gettext_lazy(
    "Card number of the customer who sent them: they are thanked after delivery."
)


class ReferrerForm(VersionedForm):
    """The card of whoever sent this customer; empty where nobody did."""

    referrer = Line(
        label=gettext_lazy("Introduced by"), max_length=40, required=False, help_text=SENT_BY
    )

    def __init__(self, *args: Any, user: User, card: Card, **kwargs: Any) -> None:
        number = card.referrer.card_no if card.referrer else ""
        kwargs.setdefault("initial", {}).update(referrer=number, version=card.version)
        super().__init__(*args, **kwargs)
        self.user, self.card = user, card

    def clean_referrer(self) -> Card | None:
        """The card, in a store of the reader's own; the one that is there may stay."""
        number: str = self.cleaned_data["referrer"].strip()
        if self.card.referrer is not None and number == self.card.referrer.card_no:
            return self.card.referrer
        return referrer_of(self.user, number)


def referrer_of(user: User, number: str) -> Card | None:
    """The standing card of a number in a store of this person's own; None for no number.

    Raises `ValidationError` where there is none.
    """
    if not number.strip():
        return None
    stores = {post.store_id for post in user.reach.posts}
    rows = Card.objects.standing().filter(card_no__iexact=number.strip())
    found = rows.first() if None in stores else rows.filter(store__in=stores).first()
    if found is None:
        raise forms.ValidationError(_("There is no card of this number here."))
    return found
