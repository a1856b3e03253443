"""Why something did not arrive, as a reader's sentence; the row keeps a code and a detail."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

ANSWERED = "answered"
BUSY = "busy"
NO_ANSWER = "no answer"
NO_ADDRESS = "no address"
NO_GROUP = "no group"
BAD_SETTING = "bad setting"
HAS_LEFT = "has left"
DIED = "died"
DIED_THRICE = "died thrice"
NOBODY = "nobody"

# What ends a message without the channel having been asked.
NOT_THE_CHANNELS = frozenset({NO_ADDRESS, NO_GROUP, HAS_LEFT})

WORDS = {
    ANSWERED: _("The receiver refused it (%(detail)s)."),
    BUSY: _("The receiver takes no more for now (%(detail)s)."),
    NO_ANSWER: _("The receiver did not answer (%(detail)s)."),
    NO_ADDRESS: _("No address of this person is known."),
    NO_GROUP: _("No group is set up for this store."),
    BAD_SETTING: _("The address in the settings cannot be understood."),
    HAS_LEFT: _("This person has left."),
    DIED: _("The worker died while sending it."),
    DIED_THRICE: _("The worker died while sending it, three times."),
    NOBODY: _("Nobody holds the role it is for."),
}


def reason(code: str, detail: object = "") -> str:
    """What a row keeps: `code` or `code: detail`, never an address, name or number."""
    return f"{code}: {detail}"[:200] if detail else code


def words_for(kept: str) -> str:
    """The sentence for what a row keeps; anything else is shown as an error of the product."""
    code, _colon, detail = kept.partition(": ")
    if code in WORDS:
        return str(WORDS[code]) % {"detail": detail}
    return gettext("Something went wrong inside (%(detail)s).") % {"detail": kept or "—"}
