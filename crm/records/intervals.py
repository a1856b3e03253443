"""How far a share found in a sample may lie from the truth. Pure."""

from __future__ import annotations

import math

Z_95 = 1.959963984540054  # the 97.5 % point of the normal distribution


def wilson(hits: int, of: int, *, z: float = Z_95) -> tuple[float, float] | None:
    """The 95 % Wilson interval of `hits` among `of`, as two shares; None of nothing.

    Unlike the usual formula it never leaves 0 to 1 and stays honest for small samples. Raises
    ValueError for more hits than there are.
    """
    if not 0 <= hits <= of:
        raise ValueError("A share needs 0 <= hits <= of.")
    if not of:
        return None
    share, spread = hits / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    # At either end rounding may miss the exact bound by a last digit.
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == of else min(1.0, middle + half)
    return low, high
