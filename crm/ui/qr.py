"""QR codes (ISO/IEC 18004) drawn on the server: bytes, correction M, versions 1 to 10. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

# By version: correction codewords in a block, blocks, all codewords, centres of the small squares.
VERSIONS: dict[int, tuple[int, int, int, tuple[int, ...]]] = {
    1: (10, 1, 26, ()),
    2: (16, 1, 44, (6, 18)),
    3: (26, 1, 70, (6, 22)),
    4: (18, 2, 100, (6, 26)),
    5: (24, 2, 134, (6, 30)),
    6: (16, 4, 172, (6, 34)),
    7: (18, 4, 196, (6, 22, 38)),
    8: (22, 4, 242, (6, 24, 42)),
    9: (22, 5, 292, (6, 26, 46)),
    10: (26, 5, 346, (6, 28, 50)),
}
MOST_BYTES = 213
# Correction M with mask 0. Readers take any mask; choosing the best one helps worn labels only.
FORMAT = 0b101010000010010
QUIET = 4


@dataclass(frozen=True)
class QrCode:
    """A drawn code: its edge in modules with the quiet zone, and the dark ones as an SVG path."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    """The code of `text`, at most `MOST_BYTES` bytes in UTF-8; raises `ValueError` beyond."""
    modules = drawn(text.encode())
    edge = len(modules) + 2 * QUIET
    runs = (
        f"M{x + QUIET} {y + QUIET}h{width}v1h-{width}z"
        for y, row in enumerate(modules)
        for x, width in dark_runs(row)
    )
    return QrCode(edge, "".join(runs))


def dark_runs(row: list[bool]) -> Iterator[tuple[int, int]]:
    """Where dark modules begin in a row, and how many follow each other."""
    start = None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            yield start, x - start
            start = None


def drawn(data: bytes) -> list[list[bool]]:
    """The modules of the smallest version that holds `data`, row by row."""
    version = next((v for v in VERSIONS if fits(v, data)), 0)
    if not version:
        raise ValueError("too long for a QR code of version 10")
    fixed = fixed_modules(version)
    size = 17 + 4 * version
    grid = [[fixed.get((x, y), False) for x in range(size)] for y in range(size)]
    bits = (byte >> shift & 1 for byte in codewords(version, data) for shift in range(7, -1, -1))
    for x, y in free_places(size, fixed):
        grid[y][x] = bool(next(bits, 0)) ^ ((x + y) % 2 == 0)
    return grid


def data_bytes(version: int) -> int:
    """How many codewords are left for data."""
    correction, blocks, total, _centres = VERSIONS[version]
    return total - correction * blocks


def fits(version: int, data: bytes) -> bool:
    """Whether `data` with its head of 12 bits (20 from version 10 on) fits."""
    return 8 * len(data) + (20 if version > 9 else 12) <= 8 * data_bytes(version)


def codewords(version: int, data: bytes) -> list[int]:
    """Data and correction of all blocks, woven together."""
    correction, count, _total, _centres = VERSIONS[version]
    room = data_bytes(version)
    head = f"0100{len(data):0{16 if version > 9 else 8}b}"
    bits = head + "".join(f"{byte:08b}" for byte in data)
    bits += "0" * min(4, 8 * room - len(bits))
    bits += "0" * (-len(bits) % 8)
    words = [int(bits[at : at + 8], 2) for at in range(0, len(bits), 8)]
    words += [(0xEC, 0x11)[n % 2] for n in range(room - len(words))]
    short, longer = divmod(room, count)
    blocks, at = [], 0
    for n in range(count):
        length = short + (n >= count - longer)
        blocks.append(words[at : at + length])
        at += length
    checks = [remainder(block, correction) for block in blocks]
    woven = [word for row in zip_longest(*blocks) for word in row if word is not None]
    return woven + [word for row in zip(*checks, strict=True) for word in row]


@cache
def powers() -> tuple[list[int], dict[int, int]]:
    """Powers of two in the field of 256 elements, and their logarithms."""
    found, value = [], 1
    for _exponent in range(255):
        found.append(value)
        value = value << 1 ^ (0x11D if value & 0x80 else 0)
    return found, {power: exponent for exponent, power in enumerate(found)}


def product(a: int, b: int) -> int:
    """Multiplication in that field."""
    exponents, logs = powers()
    return exponents[(logs[a] + logs[b]) % 255] if a and b else 0


@cache
def generator(degree: int) -> tuple[int, ...]:
    """The Reed-Solomon generator of this degree, highest power first, without its leading one."""
    found = [1]
    for root in powers()[0][:degree]:
        shifted = [*found, 0]
        for n, factor in enumerate(found):
            shifted[n + 1] ^= product(factor, root)
        found = shifted
    return tuple(found[1:])


def remainder(block: list[int], degree: int) -> list[int]:
    """The correction codewords of one block."""
    rest = [0] * degree
    for word in block:
        factor = word ^ rest[0]
        rest = [
            old ^ product(factor, one)
            for old, one in zip([*rest[1:], 0], generator(degree), strict=True)
        ]
    return rest


def fixed_modules(version: int) -> dict[tuple[int, int], bool]:
    """The modules that carry no data, by (x, y)."""
    size = 17 + 4 * version
    found = {}
    for n in range(size):
        found[n, 6] = found[6, n] = n % 2 == 0
    centres = VERSIONS[version][3]
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    for cx, cy in ((x, y) for x in centres for y in centres if (x, y) not in corners):
        for dx in range(-2, 3):
            for dy in range(-2, 3):
                found[cx + dx, cy + dy] = max(abs(dx), abs(dy)) != 1
    for cx, cy in ((3, 3), (size - 4, 3), (3, size - 4)):
        for dx in range(-4, 5):
            for dy in range(-4, 5):
                if 0 <= cx + dx < size and 0 <= cy + dy < size:
                    found[cx + dx, cy + dy] = max(abs(dx), abs(dy)) not in (2, 4)
    found |= format_modules(size)
    return found | (version_modules(version, size) if version > 6 else {})


def format_modules(size: int) -> dict[tuple[int, int], bool]:
    """Correction level and mask, twice, and the module that is always dark."""
    beside = [0, 1, 2, 3, 4, 5, 7, 8]
    found = {(8, size - 8): True}
    for n in range(15):
        dark = bool(FORMAT >> n & 1)
        if n < 8:
            found[8, beside[n]] = found[size - 1 - n, 8] = dark
        else:
            found[beside[14 - n], 8] = found[8, size - 15 + n] = dark
    return found


def version_modules(version: int, size: int) -> dict[tuple[int, int], bool]:
    """The number of the version with its own correction, twice."""
    rest = version
    for _bit in range(12):
        rest = rest << 1 ^ (rest >> 11) * 0x1F25
    bits = version << 12 | rest
    found = {}
    for n in range(18):
        dark = bool(bits >> n & 1)
        found[size - 11 + n % 3, n // 3] = found[n // 3, size - 11 + n % 3] = dark
    return found


def free_places(size: int, fixed: dict[tuple[int, int], bool]) -> Iterator[tuple[int, int]]:
    """The modules for data in reading order: pairs of columns from the right, up and down."""
    for turn, right in enumerate([*range(size - 1, 6, -2), 5, 3, 1]):
        rows = range(size) if turn % 2 else range(size - 1, -1, -1)
        for y in rows:
            for x in (right, right - 1):
                if (x, y) not in fixed:
                    yield x, y
