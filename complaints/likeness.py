"""How alike two texts are: by the pieces of words they share, the rare ones counting more. Pure.

The same on every database: Chinese is cut into single characters and pairs, other words into
three letters with their ends marked, as trigram indexes do.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import TypeVar

HAN = re.compile(r"[㐀-鿿豈-﫿]+")
WORDS = re.compile(r"[^\W_㐀-鿿豈-﫿]+")
LONGEST = 600
PIECE = 3
# Below this two texts share no more than what any two complaints share.
ALIKE = 0.18
# So many pieces of a text are looked for in a library that is too large to be compared whole.
LOOKED_FOR = 32
Key = TypeVar("Key")


def pieces(text: str) -> frozenset[str]:
    """The pieces of a text's first `LONGEST` characters; width and case make no difference."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    found = set()
    for run in HAN.findall(plain):
        found.update(run)
        found.update(run[at : at + 2] for at in range(len(run) - 1))
    for word in WORDS.findall(plain):
        marked = f" {word} "
        found.update(marked[at : at + PIECE] for at in range(len(marked) - PIECE + 1))
    return frozenset(found)


def telling_pieces(text: str) -> list[str]:
    """What of a text to look for in others: pairs of Chinese characters, and other words.

    Each once, at most `LOOKED_FOR`, of a long text from all over it.
    """
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    pairs = [run[at : at + 2] for run in HAN.findall(plain) for at in range(len(run) - 1)]
    words = [word for word in WORDS.findall(plain) if len(word) >= PIECE]
    found = list(dict.fromkeys(pairs + words))
    every = max(1, math.ceil(len(found) / LOOKED_FOR))
    return found[::every]


def most_alike(text: str, others: Mapping[Key, str], *, most: int) -> list[Key]:
    """The keys of those of `others` that are like `text`, the likest first, at most `most`."""
    wanted = pieces(text)
    cut = {key: pieces(other) for key, other in others.items()}
    known = Counter(piece for found in cut.values() for piece in found)
    weights = {piece: math.log(1 + len(cut) / count) for piece, count in known.items()}
    rare = math.log(1 + len(cut))
    scores = {key: _score(wanted, found, weights, rare) for key, found in cut.items()}
    alike = [key for key, score in scores.items() if score >= ALIKE]
    return sorted(alike, key=lambda key: -scores[key])[:most]


def _score(
    wanted: frozenset[str], found: frozenset[str], weights: Mapping[str, float], rare: float
) -> float:
    """From 0 (nothing shared) to 1 (the same pieces)."""
    whole = sum(weights.get(piece, rare) for piece in wanted)
    other = sum(weights[piece] for piece in found)
    shared = sum(weights[piece] for piece in wanted & found)
    return shared / math.sqrt(whole * other) if shared else 0.0
