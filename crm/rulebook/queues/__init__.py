"""What the rulebook says for a store."""

from crm.rulebook.queues.house import house_name
from crm.rulebook.queues.reading import (
    Book,
    book,
    book_beside,
    book_from,
    label_beside,
    label_of,
    numbers_for,
    option_choices,
    option_labels,
    rules_for,
    working_calendar,
)

__all__ = [
    "Book",
    "book",
    "book_beside",
    "book_from",
    "house_name",
    "label_beside",
    "label_of",
    "numbers_for",
    "option_choices",
    "option_labels",
    "rules_for",
    "working_calendar",
]
