"""What an import wrote, kept beside it so that the whole of it can be taken back (D39)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Model

from crm.exchange.models import ImportedRows, ImportJob

AT_ONCE = 500
# What a row is called and when it was made stays; the version only ever rises.
KEPT = frozenset({"id", "public_id", "created_at", "version"})


@dataclass
class Ledger:
    """Rows made, and rows as they were before; nothing is kept unless `keep`."""

    keep: bool = False
    made: dict[str, list[int]] = field(default_factory=dict)
    before: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)

    def note_made(self, model: type[Model], pks: Iterable[int]) -> None:
        """These rows did not exist before."""
        if self.keep:
            self.made.setdefault(model._meta.label, []).extend(pks)

    def remember(self, model: type[Model], pks: Iterable[int]) -> None:
        """Keep these rows as they stand, before they are changed for the first time."""
        if not self.keep:
            return
        label = model._meta.label
        known = self.before.setdefault(label, {})
        new = set(self.made.get(label, ()))
        wanted = sorted({pk for pk in pks if pk not in known} - new)
        names = [one.attname for one in model._meta.concrete_fields if one.attname not in KEPT]
        for start in range(0, len(wanted), AT_ONCE):
            rows = model._default_manager.filter(pk__in=wanted[start : start + AT_ONCE])
            known.update({row["pk"]: row for row in rows.values("pk", *names)})

    def write(self, job: ImportJob) -> None:
        """Store it with the job, with the version each changed row now has."""
        rows = [
            ImportedRows(job=job, model=label, created=list(ranges(sorted(pks))))
            for label, pks in self.made.items()
            if pks
        ]
        for label, before in self.before.items():
            rows += [
                ImportedRows(job=job, model=label, before=part)
                for part in with_versions(label, before)
            ]
        ImportedRows.objects.bulk_create(rows, batch_size=50)


def with_versions(
    label: str, before: dict[int, dict[str, Any]]
) -> Iterator[dict[int, dict[str, Any]]]:
    """The remembered rows in parts, each with its version after the import where it has one."""
    model = apps.get_model(label)
    has_version = any(one.attname == "version" for one in model._meta.concrete_fields)
    pks = sorted(before)
    for start in range(0, len(pks), AT_ONCE):
        part = pks[start : start + AT_ONCE]
        rows = model._default_manager.filter(pk__in=part)
        versions = dict(rows.values_list("pk", "version")) if has_version else {}
        yield {
            pk: {**{k: v for k, v in before[pk].items() if k != "pk"}, "": versions.get(pk)}
            for pk in part
        }


def ranges(pks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Sorted keys as (first, last): what one import makes lies together."""
    first = last = None
    for pk in pks:
        if last is not None and pk == last + 1:
            last = pk
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = pk
    if first is not None and last is not None:
        yield first, last
