"""The life of a wish to be erased: asked, decided by the privacy officer, carried out. Pure."""

from __future__ import annotations

ASKED = "asked"
APPROVED = "approved"
REFUSED = "refused"
ERASED = "erased"

OPEN = (ASKED, APPROVED)
# verb → states it may start from; one that stands may still be refused before it is carried out.
MOVES: dict[str, tuple[str, ...]] = {
    "approve": (ASKED,),
    "refuse": OPEN,
    "erase": (APPROVED,),
}
