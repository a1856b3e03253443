"""Reads an upload in a process of its own: `python -m crm.exchange.sheets.apart_child`.

Takes FILE NAME OUT LANGUAGE LOCALE and the limits as JSON, and writes one JSON line for each
sheet and row to OUT, a last line where the file was read to its end, or the sentence why not.
Knows no room and opens no database; whatever it asks for, its limits end only this process.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import IO, Any

import django
from django.conf import settings
from django.utils import translation

from crm.exchange.sheets.files import stream_workbook
from crm.exchange.sheets.problems import Unreadable
from crm.exchange.sheets.raw import Limits
from crm.exchange.sheets.saying import said as _
from crm.exchange.sheets.saying import to_keep
from crm.exchange.sheets.xlsx_child import cell, limit

LARGEST_OUTPUT = 2**30


def main(path: str, name: str, out: str, language: str, locale: str, limits_json: str) -> None:
    """Read the file and write what it holds, or the sentence why it cannot be read."""
    limits = Limits(**json.loads(limits_json))
    limit(limits.cpu_seconds, limits.memory_bytes)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_OUTPUT, LARGEST_OUTPUT))
    settings.configure(USE_I18N=True, LOCALE_PATHS=[locale], LANGUAGE_CODE=language)
    django.setup()
    with Path(out).open("w", encoding="utf-8") as file, translation.override(language):
        try:
            count = dump(Path(path), name, limits, file)
            write(file, {"end": count})
        except Unreadable as error:
            write(file, {"unreadable": to_keep(str(error))})
        except MemoryError:
            why = to_keep(_("The file needs more memory than is given to one."))
            write(file, {"unreadable": why})


def dump(path: Path, name: str, limits: Limits, file: IO[str]) -> int:
    """Every sheet, then its rows; returns how many sheets there were."""
    count = cells = characters = 0
    for count, sheet in enumerate(stream_workbook(path, name, limits), start=1):  # noqa: B007
        formulas = [[line, place, text] for (line, place), text in sheet.formulas.items()]
        head = {"sheet": sheet.name, "encoding": sheet.encoding, "doubtful": sheet.doubtful}
        write(file, {**head, "formulas": formulas})
        for line, values in sheet.rows:
            cells += sum(value not in (None, "") for value in values)
            if cells > limits.cells:
                why = _("The file holds more than %(most)d filled cells. Split it.")
                raise Unreadable(why % {"most": limits.cells})
            cut = [cell(value) for value in values]
            characters += sum(len(value) for value in cut if isinstance(value, str))
            if characters > limits.characters:
                why = _("The file holds more than %(most)d characters. Split it.")
                raise Unreadable(why % {"most": limits.characters})
            write(file, [line, cut])
    return count


def write(file: IO[str], line: Any) -> None:
    """One line of JSON; half a character in the file cannot break it."""
    file.write(json.dumps(line))
    file.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:7])
