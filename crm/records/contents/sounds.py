"""Recordings of calls: MP3 and M4A, followed from frame to frame or from box to box. Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from crm.records.contents.refusing import DAMAGED, UNKNOWN, Refused

FRAMES = 3
# Kilobits a second by version, layer III; 0 and 15 are no frame.
RATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
SAMPLED = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def begins_mp3(data: bytes) -> bool:
    """Whether it begins with a tag or with a frame of sound."""
    return data.startswith(b"ID3") or _frame(data, 0) > 0


def read_mp3(data: bytes) -> str:
    """Raises `Refused` where no frames of sound follow each other."""
    at = 0
    if data.startswith(b"ID3"):
        size = data[6:10]
        if len(size) < 4 or any(byte & 0x80 for byte in size):
            raise Refused(DAMAGED)
        at = 10 + sum(byte << shift for byte, shift in zip(size, (21, 14, 7, 0), strict=True))
        while data[at : at + 1] == b"\0":  # padding some recorders leave
            at += 1
    for _number in range(FRAMES):
        length = _frame(data, at)
        if not length:
            raise Refused(DAMAGED)
        at += length
    if at > len(data):
        raise Refused(DAMAGED)
    return "mp3"


def _frame(data: bytes, at: int) -> int:
    """The length of the frame that begins here; 0 where none does."""
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate, sampled = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    rates = RATES_1 if version == 3 else RATES_2
    if version not in SAMPLED or not 0 < rate < len(rates) or sampled == 3:
        return 0
    each = 144 if version == 3 else 72
    return each * rates[rate] * 1000 // SAMPLED[version][sampled] + (head[2] >> 1 & 1)


def begins_m4a(data: bytes) -> bool:
    """Whether it begins as a file of boxes does."""
    return data[4:8] == b"ftyp"


def read_m4a(data: bytes) -> str:
    """Raises `Refused` where the boxes do not fill the file, or hold a film."""
    tracks: set[bytes] = set()
    for name, start, end in _boxes(data):
        if name == b"moov":
            tracks |= _handlers(data[start:end])
    if b"soun" not in tracks:
        raise Refused(DAMAGED if not tracks else UNKNOWN)
    if b"vide" in tracks:
        raise Refused(UNKNOWN)
    return "m4a"


def _boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = 0
    while at < len(data):
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        begins = at + 8
        if size == 1 and len(data) >= at + 16:
            (size,) = struct.unpack(">Q", data[at + 8 : at + 16])
            begins = at + 16
        end = len(data) if size == 0 else at + size
        if end < begins or end > len(data):
            raise Refused(DAMAGED)
        yield name, begins, end
        at = end


def _handlers(moov: bytes) -> set[bytes]:
    """What the tracks are: sound, film, text."""
    found, at = set(), moov.find(b"hdlr")
    while at >= 0:
        found.add(moov[at + 12 : at + 16])
        at = moov.find(b"hdlr", at + 4)
    return found
