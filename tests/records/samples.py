"""Files as people send them, and as nobody should: built byte by byte, of no real person."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from crm.people.models import User
from crm.records.actions import Limits, add_files, kept_files
from crm.records.models import Attachment
from tests.people import NOW

LIMITS = Limits(size=10 * 2**20, count=20, pixels=60_000_000)
# A gradient of 24 × 16 pixels, drawn by a browser.
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERX"
    "RTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj"
    "Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAQABgDASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAA"
    "AAEF/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/EABYBAQEBAAAAAAAAAAAAAAAAAAUDBP/EABcRAAMBAAAAAAAAAAAA"
    "AAAAAAACAyH/2gAMAwEAAhEDEQA/AM1RVJIbrUAoQVMDHpp//9k="
)
VP8 = base64.b64decode(
    "VlA4ID4AAABwAwCdASoYABAAPtFUo0uoJKMhsAgBABoJagCdMoMYPYACAsAA/uUIKmCR8PweENyRipRnpar0rdjw"
    "mX9wAA=="
)
WEBP = b"RIFF" + struct.pack("<I", 4 + len(VP8)) + b"WEBP" + VP8
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
# 128 kbit/s at 44.1 kHz: frames of 417 bytes.
MP3 = (b"\xff\xfb\x90\x00" + b"\0" * 413) * 4
MAIN = "application/vnd.openxmlformats-officedocument.{}.main+xml"
XLSX_MAIN, DOCX_MAIN = MAIN.format("spreadsheetml.sheet"), MAIN.format("wordprocessingml.document")
PLACE = "31.2304N121.4737E"


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int = 24, height: int = 16, *more: bytes, rows: int | None = None) -> bytes:
    """A grey picture; `rows` says how many there are whatever the header claims."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = (b"\0" + b"\x7f" * min(width, 64)) * (height if rows is None else rows)
    parts = chunk(b"IHDR", header), *more, chunk(b"IDAT", zlib.compress(lines)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def photo(orientation: int = 6, place: str = PLACE) -> bytes:
    """A phone's photo: it says how it was held, where, and has a comment."""
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry + b"\0\0\0\0" + place.encode()
    said = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    comment = b"\xff\xfe" + struct.pack(">H", 9) + b"by Lin!"
    return JPEG[:2] + said + comment + JPEG[2:]


def office(main: str = XLSX_MAIN, **more: bytes) -> bytes:
    """A workbook or document: what matters of it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", f'<Types><Override ContentType="{main}"/></Types>')
        for name, body in more.items():
            packed.writestr(name, body)
    return made.getvalue()


def box(name: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", 8 + len(body)) + name + body


def m4a(track: bytes = b"soun") -> bytes:
    """A recording of a call."""
    handler = box(b"hdlr", b"\0" * 8 + track + b"\0" * 13)
    moov = box(b"moov", box(b"trak", box(b"mdia", handler)))
    return box(b"ftyp", b"M4A \0\0\0\0") + box(b"mdat", b"\0" * 64) + moov


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def make_file(parent: Any, by: User | None, data: bytes = b"", **fields: Any) -> Attachment:
    """A file somebody added to a row this morning."""
    given = {"store_id": parent.store_id, "limits": LIMITS, "is_original": True, **fields}
    name = given.pop("name", "现场.jpg")
    with kept_files([upload(name, data or photo())], LIMITS) as kept:
        return add_files(parent, kept, by=by, now=NOW, **given)[0]
