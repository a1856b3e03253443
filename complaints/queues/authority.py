"""The authority table in the reader's words."""

from __future__ import annotations

from complaints.authority import LEAST
from complaints.models import Proposal, Ticket


def authority_rows() -> list[tuple[str, list[str]]]:
    """Each class with the least who decides at each severity."""
    labels, names = dict(Ticket.Category.choices), dict(Proposal.Role.choices)
    return [
        (str(labels[category]), [str(names[role]) for role in by_severity])
        for category, by_severity in LEAST.items()
    ]
