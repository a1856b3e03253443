"""What every change can run into, without Django. A room's own states are on its own shelf."""

from __future__ import annotations


class Stale(Exception):
    """Somebody else was first: the row is no longer in the state or version expected.

    `model_label` is "app.Model" and `pk` its primary key, so that the 409 page can say who
    changed the row and when (habit 4).
    """

    def __init__(self, model_label: str, pk: int) -> None:
        super().__init__(f"{model_label} {pk} changed meanwhile")
        self.model_label = model_label
        self.pk = pk
