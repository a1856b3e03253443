"""JPEG, PNG and WebP taken apart and put together again from the parts that draw the picture. Pure.

No pixel is decoded to be drawn: what a copy holds was in the file, less what says where, when and
with what it was taken. How a phone was held stays, or the picture would lie on its side.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

from crm.records.contents.refusing import DAMAGED, HUGE, Refused

PNG = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT")
)
# Samples of a pixel by colour type.
PNG_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# The passes of a woven picture: first column and row, and the steps to the next.
ADAM7 = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2)),
    (0, 1, 1, 2),
)
WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
WEBP_TOLD = 0x0C  # the flags that announce EXIF and XMP
JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
JPEG_KEPT = frozenset({*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD})
SCAN, END, APP0, APP1, APP2, ADOBE = 0xDA, 0xD9, 0xE0, 0xE1, 0xE2, 0xEE
NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
ORIENTATION = 0x0112
PIECE = 1 << 16


def kind_of(data: bytes) -> str:
    """Which picture it begins as; empty where it begins as none."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith(PNG):
        return "png"
    return "webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def _fit(width: int, height: int, pixels: int) -> None:
    if width < 1 or height < 1:
        raise Refused(DAMAGED)
    if width * height > pixels:
        raise Refused(HUGE)


# --- JPEG ------------------------------------------------------------------------------------


def clean_jpeg(data: bytes, pixels: int) -> bytes:
    """Tables, frames and scans up to the first end; of the rest colour and orientation alone."""
    parts, sized, scanned, turned = [b"\xff\xd8"], False, False, 0
    for marker, body, scan in _segments(data):
        if marker in JPEG_SIZES and len(body) >= 6:
            height, width = struct.unpack(">HH", body[1:5])
            _fit(width, height, pixels)
            sized = True
        if marker == APP1 and body.startswith(b"Exif\0\0"):
            turned = _orientation(body[6:]) or turned
        if kept := _kept(marker, body):
            parts.append(bytes((0xFF, marker)) + struct.pack(">H", len(kept) + 2) + kept + scan)
        scanned = scanned or marker == SCAN
    if not (sized and scanned):
        raise Refused(DAMAGED)
    return b"".join([parts[0], _turned(turned), *parts[1:], b"\xff\xd9"])


def _segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Each segment up to the end of the picture: marker, what it holds, and a scan's own bytes."""
    at = 2
    while True:
        if data[at : at + 1] != b"\xff":
            raise Refused(DAMAGED)
        while data[at : at + 1] == b"\xff":
            at += 1
        marker = data[at] if at < len(data) else 0
        if marker == END:
            return
        length = int.from_bytes(data[at + 1 : at + 3], "big")
        body = data[at + 3 : at + 1 + length]
        if length < 2 or len(body) != length - 2:
            raise Refused(DAMAGED)
        at += 1 + length
        scan = b""
        if marker == SCAN:
            ends = NEXT_MARKER.search(data, at)
            if ends is None:
                raise Refused(DAMAGED)
            scan, at = data[at : ends.start()], ends.start()
        yield marker, body, scan


def _kept(marker: int, body: bytes) -> bytes:
    """What is kept of a segment; nothing of most that say something beside the picture."""
    if marker in JPEG_KEPT:
        return body
    if marker == APP0 and body.startswith(b"JFIF\0") and len(body) >= 14:
        return body[:12] + b"\0\0"  # without its thumbnail
    if marker == APP2 and body.startswith(b"ICC_PROFILE\0"):
        return body
    return body[:12] if marker == ADOBE and body.startswith(b"Adobe") else b""


def _orientation(tiff: bytes) -> int:
    """How the phone was held, 2 to 8; 0 where that is not said or is the usual way."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return 0
    (start,) = struct.unpack(f"{order}I", tiff[4:8])
    count = tiff[start : start + 2]
    if len(count) != 2:
        return 0
    for number in range(min(struct.unpack(f"{order}H", count)[0], 200)):
        entry = tiff[start + 2 + 12 * number : start + 14 + 12 * number]
        if len(entry) == 12 and struct.unpack(f"{order}HH", entry[:4]) == (ORIENTATION, 3):
            (found,) = struct.unpack(f"{order}H", entry[8:10])
            return int(found) if 2 <= found <= 8 else 0
    return 0


def _turned(orientation: int) -> bytes:
    """A segment that says how the phone was held and nothing else."""
    if not orientation:
        return b""
    entry = struct.pack(">HHIHH", ORIENTATION, 3, 1, orientation, 0)
    body = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + entry + b"\0\0\0\0"
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


# --- PNG -------------------------------------------------------------------------------------


def clean_png(data: bytes, pixels: int) -> bytes:
    """The chunks that draw, up to IEND; their data unpack to what the header says and no more."""
    parts, packed, most = [PNG], [], 0
    for name, body, whole in _chunks(data):
        if name == b"IHDR":
            most = _unpacked(body, pixels)
        if name == b"IDAT":
            packed.append(body)
        if name in PNG_KEPT:
            parts.append(whole)
    if not most or _length_of(packed, most) != most:
        raise Refused(DAMAGED)
    return b"".join(parts)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Name, contents and all bytes of each chunk up to the last; the first is the header."""
    at, name = len(PNG), b""
    while name != b"IEND":
        length = int.from_bytes(data[at : at + 4], "big")
        whole = data[at : at + 12 + length]
        name, body = whole[4:8], whole[8:-4]
        sound = len(whole) == 12 + length and zlib.crc32(whole[4:-4]) == int.from_bytes(
            whole[-4:], "big"
        )
        if not sound or (at == len(PNG) and name != b"IHDR"):
            raise Refused(DAMAGED)
        at += len(whole)
        yield name, body, whole


def _unpacked(header: bytes, pixels: int) -> int:
    """How many bytes the picture unpacks to."""
    if len(header) != 13:
        raise Refused(DAMAGED)
    width, height, depth, colour, _packing, _filter, woven = struct.unpack(">IIBBBBB", header)
    _fit(width, height, pixels)
    if colour not in PNG_SAMPLES or depth not in (1, 2, 4, 8, 16):
        raise Refused(DAMAGED)
    bits = depth * PNG_SAMPLES[colour]
    passes = ADAM7 if woven else ((0, 0, 1, 1),)
    total = 0
    for left, top, step, down in passes:
        columns = -(-(width - left) // step) if width > left else 0
        rows = -(-(height - top) // down) if height > top else 0
        total += rows * (1 + -(-columns * bits // 8)) if columns and rows else 0
    return total


def _length_of(packed: list[bytes], most: int) -> int:
    """How long the data are unpacked; counted in pieces, and given up beyond what is expected."""
    reader, total = zlib.decompressobj(), 0
    try:
        for part in packed:
            rest = part
            while rest and not reader.eof:
                total += len(reader.decompress(rest, PIECE))
                if total > most:
                    raise Refused(HUGE)
                rest = reader.unconsumed_tail
        total += len(reader.flush(PIECE)) if not reader.eof else 0
    except zlib.error:
        raise Refused(DAMAGED) from None
    return total


# --- WebP ------------------------------------------------------------------------------------


def clean_webp(data: bytes, pixels: int) -> bytes:
    """The chunks that draw; the header no longer announces what was left out."""
    length = int.from_bytes(data[4:8], "little")
    if length + 8 > len(data):
        raise Refused(DAMAGED)
    parts, drawn, at = [], False, 12
    while at < length + 8:
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body = data[at + 8 : at + 8 + size]
        if len(body) != size or at + 8 + size > length + 8:
            raise Refused(DAMAGED)
        at += 8 + size + size % 2
        if name in (b"VP8 ", b"VP8L", b"VP8X"):
            _fit(*_webp_size(name, body), pixels)
        drawn = drawn or name in (b"VP8 ", b"VP8L", b"ANMF")
        if name == b"VP8X":
            body = bytes((body[0] & ~WEBP_TOLD,)) + body[1:]
        if name in WEBP_KEPT:
            parts.append(name + struct.pack("<I", size) + body + b"\0" * (size % 2))
    if not drawn:
        raise Refused(DAMAGED)
    inner = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(inner)) + inner


def _webp_size(name: bytes, body: bytes) -> tuple[int, int]:
    """Width and height as a chunk says them."""
    if len(body) < 10:
        raise Refused(DAMAGED)
    if name == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if name == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if body[3:6] != b"\x9d\x01\x2a":
        raise Refused(DAMAGED)
    width, height = struct.unpack("<HH", body[6:10])
    return width & 0x3FFF, height & 0x3FFF
