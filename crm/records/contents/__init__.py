"""What a file is by its own bytes, never by its name, and a copy without what nobody asked for.

Pure. A picture's copy holds the picture alone: no place, camera, comment or thumbnail, and nothing
behind its end (D36).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from crm.records.contents import documents, pictures, sounds
from crm.records.contents.refusing import (
    DAMAGED,
    EMPTY,
    HUGE,
    MACROS,
    REASONS,
    UNKNOWN,
    Refused,
)

__all__ = [
    "DAMAGED",
    "EMPTY",
    "HUGE",
    "MACROS",
    "MEDIA",
    "PICTURES",
    "REASONS",
    "UNKNOWN",
    "Refused",
    "clean_copy",
    "recognise",
]

# Kind → media type: what is taken, and no other.
MEDIA: Mapping[str, str] = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
}
CLEANERS: Mapping[str, Callable[[bytes, int], bytes]] = {
    "jpg": pictures.clean_jpeg,
    "png": pictures.clean_png,
    "webp": pictures.clean_webp,
}
PICTURES = frozenset(CLEANERS)
READERS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], str]], ...] = (
    (documents.begins_pdf, documents.read_pdf),
    (documents.begins_zip, documents.read_office),
    (sounds.begins_m4a, sounds.read_m4a),
    (sounds.begins_mp3, sounds.read_mp3),
)


def recognise(data: bytes, *, pixels: int) -> str:
    """The kind of a file, read to its end. Raises `Refused` for anything else, or what is broken.

    `pixels` is the most a picture may have: what a browser has to unpack, however small the file.
    """
    if not data:
        raise Refused(EMPTY)
    kind = pictures.kind_of(data)
    if kind:
        CLEANERS[kind](data, pixels)
        return kind
    for begins, read in READERS:
        if begins(data):
            return read(data)
    raise Refused(UNKNOWN)


def clean_copy(kind: str, data: bytes) -> bytes:
    """A picture that was recognised before, without anything but the picture."""
    return CLEANERS[kind](data, sys.maxsize) if kind in CLEANERS else data
