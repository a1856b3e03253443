"""What a file is, by its bytes; and what a copy of a picture no longer says (D36)."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from crm.records import contents
from crm.records.contents import DAMAGED, EMPTY, HUGE, MACROS, UNKNOWN, Refused
from tests.records import samples
from tests.records.samples import DOCX_MAIN, JPEG, MP3, PDF, PLACE, WEBP, chunk, m4a, office, png

PIXELS = 60_000_000
TAG = b"ID3\x04\0\0\0\0\0\x0a" + b"\0" * 10

TAKEN = {
    "a photo": (samples.photo(), "jpg"),
    "a photo with something behind its end, as some phones leave": (JPEG + b"MotionPhoto", "jpg"),
    "a screenshot": (png(), "png"),
    "a picture of a messenger": (WEBP, "webp"),
    "a letter": (PDF, "pdf"),
    "a workbook": (office(), "xlsx"),
    "a document": (office(DOCX_MAIN), "docx"),
    "a recording": (MP3, "mp3"),
    "a recording with its title": (TAG + MP3, "mp3"),
    "a voice memo": (m4a(), "m4a"),
}
BOMB = png(20_000, 20_000, rows=1)
REFUSED = {
    "nothing": (b"", EMPTY),
    "a program": (b"MZ\x90\0" + b"\0" * 200, UNKNOWN),
    "a page": (b"<!doctype html><script>alert(1)</script>", UNKNOWN),
    "a drawing with scripts": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", UNKNOWN),
    "XML": (b"<?xml version='1.0'?><x/>", UNKNOWN),
    "a picture of another kind": (b"GIF89a" + b"\0" * 40, UNKNOWN),
    "text": ("客户来信".encode(), UNKNOWN),
    "an older workbook": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, UNKNOWN),
    "a film": (m4a(b"vide"), UNKNOWN),
    "half a photo": (JPEG[:-40], DAMAGED),
    "the head of a photo": (JPEG[:40], DAMAGED),
    "half a screenshot": (png()[:-20], DAMAGED),
    "a screenshot with rows missing": (png(rows=3), DAMAGED),
    "a screenshot whose bytes were changed": (png().replace(b"IDAT", b"IDAt"), DAMAGED),
    "half a picture of a messenger": (WEBP[:-20], DAMAGED),
    "half a letter": (PDF[:-8], DAMAGED),
    "a letter that is an archive too": (PDF + office(), DAMAGED),
    "half a workbook": (office()[:-30], DAMAGED),
    "a page in front of a workbook": (b"PK\x03\x04<html>" + office(), DAMAGED),
    "an archive": (office("text/plain"), UNKNOWN),
    "a workbook with macros": (office(**{"xl/vbaProject.bin": b"x"}), MACROS),
    "half a recording": (MP3[:500], DAMAGED),
    "two bytes of a recording": (b"\xff\xfb", UNKNOWN),
    "half a voice memo": (m4a()[:-6], DAMAGED),
    "a picture far larger than a browser can draw": (BOMB, HUGE),
    "a picture that unpacks to more than it says": (png(rows=40_000), HUGE),
}


@pytest.mark.parametrize("what", TAKEN)
def test_what_is_taken(what: str) -> None:
    data, kind = TAKEN[what]
    assert contents.recognise(data, pixels=PIXELS) == kind


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_and_why(what: str) -> None:
    data, reason = REFUSED[what]
    with pytest.raises(Refused) as found:
        contents.recognise(data, pixels=PIXELS)
    assert found.value.reason == reason


def test_an_archive_that_claims_gigabytes_is_not_opened() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", samples.XLSX_MAIN)
        for number in range(5):
            packed.writestr(f"xl/{number}.xml", b"\0" * 50 * 2**20)
    with pytest.raises(Refused) as found:
        contents.recognise(made.getvalue(), pixels=PIXELS)
    assert found.value.reason == HUGE


def judged(data: bytes) -> str:
    try:
        return contents.recognise(data, pixels=PIXELS)
    except Refused as error:
        return error.reason


def test_every_beginning_of_every_file_is_judged_without_a_crash() -> None:
    """Whatever is cut off, wherever: taken or refused, nothing else."""
    for data, kind in TAKEN.values():
        for end in range(0, len(data), max(1, len(data) // 300)):
            for bad in (data[:end], data[:end] + b"\xff" * 20, data[:end] + b"\0" * 20):
                assert judged(bad) in {kind, *contents.REASONS}


def test_a_photo_says_no_more_where_it_was_taken_but_how_the_phone_was_held() -> None:
    given = samples.photo(orientation=6)
    assert PLACE.encode() in given
    copy = contents.clean_copy("jpg", given)
    assert PLACE.encode() not in copy
    assert b"by Lin!" not in copy
    turned = b"\x01\x12\0\x03\0\0\0\x01\0\x06"
    assert turned in copy
    assert contents.clean_copy("jpg", copy) == copy
    assert contents.clean_copy("jpg", samples.photo(orientation=1)) == JPEG


def test_what_hangs_behind_a_photo_is_not_handed_out() -> None:
    assert contents.clean_copy("jpg", JPEG + office()) == JPEG


def test_a_screenshot_loses_its_texts_and_a_second_file() -> None:
    said = chunk(b"tEXt", b"Author\0Lin"), chunk(b"eXIf", b"GPS"), chunk(b"iTXt", b"<script>")
    given = png(24, 16, *said) + b"<html>"
    assert contents.recognise(given, pixels=PIXELS) == "png"
    assert contents.clean_copy("png", given) == png()


def test_a_woven_screenshot_is_counted_by_its_passes() -> None:
    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 1)
    sizes = ((1, 1), (1, 1), (2, 1), (2, 2), (4, 2), (4, 4), (8, 4))
    lines = b"".join((b"\0" + b"\x10" * columns * 3) * rows for columns, rows in sizes)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(lines)), chunk(b"IEND", b"")
    data = b"\x89PNG\r\n\x1a\n" + b"".join(parts)
    assert contents.recognise(data, pixels=PIXELS) == "png"


def test_a_picture_of_a_messenger_loses_what_it_says_beside_itself() -> None:
    head = b"VP8X" + struct.pack("<I", 10) + b"\x0c\0\0\0" + b"\x17\0\0" + b"\x0f\0\0"
    exif = b"EXIF" + struct.pack("<I", len(PLACE) + 1) + PLACE.encode() + b"\0"
    inner = b"WEBP" + head + WEBP[12:] + exif
    given = b"RIFF" + struct.pack("<I", len(inner)) + inner
    assert contents.recognise(given, pixels=PIXELS) == "webp"
    copy = contents.clean_copy("webp", given)
    assert PLACE.encode() not in copy
    assert copy[20] & 0x0C == 0
    assert contents.recognise(copy, pixels=PIXELS) == "webp"
