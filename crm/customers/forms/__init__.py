"""Forms of customers and cards."""

from crm.customers.forms.edits import (
    ChannelForm,
    LevelForm,
    NeedsForm,
    ProfileForm,
    WillingnessForm,
)
from crm.customers.forms.new_card import NewCardForm
from crm.customers.forms.ownership import ClaimForm, PhoneCheckForm, RevealForm, RulingForm
from crm.customers.forms.phone_field import HELD_BACK, PhoneField
from crm.customers.forms.referrer import ReferrerForm

__all__ = [
    "HELD_BACK",
    "ChannelForm",
    "ClaimForm",
    "LevelForm",
    "NeedsForm",
    "NewCardForm",
    "PhoneCheckForm",
    "PhoneField",
    "ProfileForm",
    "ReferrerForm",
    "RevealForm",
    "RulingForm",
    "WillingnessForm",
]
