"""PDF, workbooks and documents: what they are, and that there is no second file in them. Pure."""

from __future__ import annotations

import io
import zipfile

from crm.records.contents.refusing import DAMAGED, HUGE, MACROS, UNKNOWN, Refused

TAIL = 1024
MEMBERS = 2000
UNPACKED = 200 * 2**20
TYPES, TYPES_AT_MOST = "[Content_Types].xml", 2**20
MAIN = {
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
}
END_OF_ZIP = b"PK\x05\x06"
ENCRYPTED = 0x1


def begins_pdf(data: bytes) -> bool:
    """Whether it begins as a PDF, at its very first byte."""
    return data.startswith(b"%PDF-")


def read_pdf(data: bytes) -> str:
    """Raises `Refused` where its end is missing, or where it is an archive besides."""
    if b"%%EOF" not in data[-TAIL:] or END_OF_ZIP in data[-TAIL:]:
        raise Refused(DAMAGED)
    return "pdf"


def begins_zip(data: bytes) -> bool:
    """Whether it begins as a zip, which newer office files are."""
    return data.startswith(b"PK\x03\x04")


def read_office(data: bytes) -> str:
    """Which office file it is. Raises `Refused` for any other zip, macros, or too much in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
            if len(members) > MEMBERS or sum(one.file_size for one in members) > UNPACKED:
                raise Refused(HUGE)
            if any(one.flag_bits & ENCRYPTED for one in members):
                raise Refused(UNKNOWN)
            if any(one.filename.casefold().endswith("vbaproject.bin") for one in members):
                raise Refused(MACROS)
            # In a lone file the first member begins it and nothing follows its directory.
            if min(one.header_offset for one in members) or packed.comment:
                raise Refused(DAMAGED)
            with packed.open(TYPES) as file:
                types = file.read(TYPES_AT_MOST)
    except KeyError:
        raise Refused(UNKNOWN) from None
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, OSError):
        raise Refused(DAMAGED) from None
    found = [kind for kind, name in MAIN.items() if name in types]
    if len(found) != 1:
        raise Refused(MACROS if b"macroEnabled" in types else UNKNOWN)
    return found[0]
