"""Whether two names may be of one person. Pure.

Documents write names in capitals without accents, in another order, cut off, or in another alphabet. What can't be
compared is unclear, never different.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from lti_proctor.documents import mrz


class Result(StrEnum):
    """What came of reading a document: `waiting` for it, and the four answers."""

    waiting = "waiting"
    same = "same"
    unclear = "unclear"
    differs = "differs"
    not_read = "not_read"


@dataclass(frozen=True)
class Limits:
    """Scores between 0 and 1: from `same` on the names agree, below `differs` they don't."""

    same: float
    differs: float


@dataclass(frozen=True)
class Found:
    """A name as it was read. One that comes from a zone whose check digits hold is `certain`."""

    name: str
    is_certain: bool
    is_cut: bool = False


@dataclass(frozen=True)
class Answer:
    result: Result
    score: float | None = None
    read: str = ""
    is_certain: bool = False


#: Letters that do not come apart into a plain one and an accent, as travel documents write them (Doc 9303-3, 6).
_LETTERS = str.maketrans(
    {
        "ß": "ss", "ø": "o", "æ": "a", "œ": "o", "þ": "t", "ð": "d", "đ": "d", "ł": "l", "ı": "i", "ħ": "h", "ŋ": "n",
        "ĸ": "k", "ŧ": "t", "ſ": "s",
        "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e", "є": "ie", "ж": "zh", "з": "z",
        "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
        "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "ie",
        "ы": "y", "ь": "", "э": "e", "ю": "iu", "я": "ia",
    }
)  # fmt: skip
#: Two ways to write one letter become one: MUELLER and MULLER, AASE and ASE, STRASSE and STRASE.
_TWINS = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"), ("ss", "s"), ("th", "t"))
#: One word out of several is no proof, so it stays just below what agrees.
ONE_WORD = 0.8
#: More words than any name has are not looked at.
MOST_WORDS = 12


def fold(name: str) -> list[str]:
    """The words of a name without case, accents and marks; letters of other alphabets stay as they are."""
    split = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    bare = "".join(c for c in split if not unicodedata.combining(c)).translate(_LETTERS)
    spaced = "".join(c if c.isalpha() else "" if c in "'’ʼ`´" else " " for c in bare)
    return [word for word in map(_twins_gone, spaced.split()) if word]


def _twins_gone(word: str) -> str:
    for pair, single in _TWINS:
        word = word.replace(pair, single)
    return word


def is_latin(words: Iterable[str]) -> bool:
    return all(c.isascii() for word in words for c in word)


def score(one: str, other: str, *, is_cut: bool = False) -> float:
    """How well two names agree, 0–1, whatever their order: the mean of the best partner of each word of the shorter.

    `is_cut` says that a word of `other` may have lost its end.
    """
    mine, theirs = fold(one)[:MOST_WORDS], fold(other)[:MOST_WORDS]
    if not mine or not theirs:
        return 0.0
    few, many = sorted((mine, theirs), key=lambda words: (len(words), words))
    value = _by_words(few, many, is_cut=is_cut)
    if len(few) == 1 < len(many):
        value = min(value, ONE_WORD)
    return round(max(value, _without_spaces(few, many)), 3)


def _by_words(few: list[str], many: list[str], *, is_cut: bool) -> float:
    pairs = sorted(
        ((_alike(a, b, is_cut=is_cut), n, m) for n, a in enumerate(few) for m, b in enumerate(many)), reverse=True
    )
    best: dict[int, float] = {}
    taken: set[int] = set()
    for value, n, m in pairs:
        if n not in best and m not in taken:
            best[n] = value
            taken.add(m)
    return sum(best.values()) / len(few)


def _without_spaces(few: list[str], many: list[str]) -> float:
    """Readers lose spaces: ANNAMARIA ERIKSSON is Anna Maria Eriksson, also with the family name first."""
    one = {"".join(few[n:] + few[:n]) for n in range(len(few))}
    other = {"".join(many[n:] + many[:n]) for n in range(len(many))}
    return 1.0 if one & other else 0.0


def _alike(one: str, other: str, *, is_cut: bool = False) -> float:
    if is_cut and min(len(one), len(other)) >= 3 and (one.startswith(other) or other.startswith(one)):
        return 1.0
    there, back = SequenceMatcher(None, one, other, autojunk=False), SequenceMatcher(None, other, one, autojunk=False)
    return max(there.ratio(), back.ratio())


def find_name(rows: list[str]) -> Found | None:
    """The name in the machine-readable zone of a document, if it has one."""
    zone = mrz.find(rows)
    name = f"{zone.given} {zone.surname}".strip() if zone is not None else ""
    return Found(name, zone.checks_hold, zone.is_cut) if zone is not None and name else None


def judge(wanted: str, rows: list[str], limits: Limits) -> Answer:
    """What the rows of text on a document say about a name.

    Only a zone whose check digits hold can tell that a name differs. Elsewhere nobody knows which words are the name:
    there it is found, or it was not read.
    """
    found = find_name(rows)
    if found is not None and (answer := compare(wanted, found, limits)).result != Result.not_read:
        return answer
    return _among(wanted, rows, limits)


def compare(wanted: str, found: Found, limits: Limits) -> Answer:
    words = fold(wanted)
    value = score(wanted, found.name, is_cut=found.is_cut)
    if value >= limits.same:
        return Answer(Result.same, value, found.name, found.is_certain)
    if not found.is_certain:
        return Answer(Result.not_read)
    if not words or not is_latin(words) or value >= limits.differs:
        return Answer(Result.unclear, value, found.name, True)
    return Answer(Result.differs, value, found.name, True)


def _among(wanted: str, rows: list[str], limits: Limits) -> Answer:
    """Each word of the name somewhere among the words that were read."""
    words = fold(wanted)[:MOST_WORDS]
    raw = [piece for row in rows if mrz.FILLER not in row for piece in row.split()]
    there = {word: piece for piece in raw for word in fold(piece)}
    if len(words) < 2 or not there:
        return Answer(Result.not_read)
    for stretch in _neighbours(words):
        # A reader lost the space: ANNAMARIA holds Anna and Maria.
        if (joined := there.get("".join(stretch))) is not None:
            there |= dict.fromkeys(stretch, joined)
    best = [max((_alike(word, other), piece) for other, piece in there.items()) for word in words]
    value = round(sum(part for part, _piece in best) / len(best), 3)
    if value >= limits.same and min(part for part, _piece in best) >= limits.differs:
        return Answer(Result.same, value, " ".join(dict.fromkeys(piece for _part, piece in best)))
    return Answer(Result.not_read)


def _neighbours(words: list[str]) -> list[list[str]]:
    return [words[a:b] for a in range(len(words)) for b in range(a + 2, len(words) + 1)]
