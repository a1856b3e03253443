"""Reading a workbook in any of its forms."""

from __future__ import annotations

import zipfile
from pathlib import Path

from django.utils.translation import gettext as _

from crm.exchange.sheets.csv_files import read_folder, read_zip
from crm.exchange.sheets.problems import Unreadable
from crm.exchange.sheets.raw import COMMAND_LINE, Limits, RawSheet
from crm.exchange.sheets.xlsx_files import read_xlsx


def read_workbook(path: Path, limits: Limits = COMMAND_LINE) -> list[RawSheet]:
    """The sheets of an .xlsx, or of a folder or zip of .csv files.

    Raises `Unreadable` with a sentence when there is nothing that can be read.
    """
    try:
        if path.is_dir():
            return read_folder(path, limits)
        if not path.is_file():
            raise Unreadable(_("There is no file %(name)s.") % {"name": path.name})
        if not zipfile.is_zipfile(path):
            raise Unreadable(_("The file is neither a workbook nor a zip."))
        with zipfile.ZipFile(path) as packed:
            is_workbook = "xl/workbook.xml" in packed.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unreadable(_("The file is neither a workbook nor a zip.")) from None
    return read_xlsx(path, limits) if is_workbook else read_zip(path, limits)
