"""Similar profiles by brute force: two milliseconds for 100,000 vectors, so no index is needed."""

from collections.abc import Sequence
from typing import Any

from lti_proctor.faces.looks import DIMENSIONS


def nearest(vector: bytes, keys: Sequence[int], vectors: Sequence[bytes], *, within: float) -> list[tuple[int, float]]:
    """The keys whose vectors are at most `within` away, with their distance, the nearest first."""
    if not keys:
        return []
    # Part of the extra: without it there are no vectors to search.
    import numpy

    matrix = numpy.frombuffer(b"".join(vectors), dtype="<f4").reshape(-1, DIMENSIONS)
    return _nearest(numpy, numpy.frombuffer(vector, dtype="<f4"), keys, matrix, within)


def _nearest(numpy: Any, one: Any, keys: Sequence[int], matrix: Any, within: float) -> list[tuple[int, float]]:
    """|a − b|² = |a|² + |b|² − 2 a·b, so that no difference of the whole matrix is kept in memory."""
    squares = numpy.einsum("ij,ij->i", matrix, matrix) + one @ one - 2 * (matrix @ one)
    apart = numpy.sqrt(numpy.maximum(squares, 0))
    close = numpy.flatnonzero(apart <= within)
    return [(keys[place], float(apart[place])) for place in close[numpy.argsort(apart[close], kind="stable")]]
