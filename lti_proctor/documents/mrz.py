"""The machine-readable zone of travel documents, ICAO Doc 9303 parts 3 to 7: found, repaired, checked. Pure.

Only the name leaves this module: numbers and dates are looked at for their check digits and forgotten.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, product

WEIGHTS = (7, 3, 1)
#: Ways to put lost fillers back that are tried.
MOST_TRIES = 60
FILLER = "<"
TO_DIGIT = str.maketrans("OQDILZSGBTA", "00011256874")
TO_LETTER = str.maketrans("0125684", "OIZSGBA")
#: What readers make of the filler and of the letter I.
_MARKS = str.maketrans(
    {"|": "I", "!": "I", "«": "<<", "《": "<<"} | dict.fromkeys("‹〈([{", "<"),
)


#: What a check digit covers, as (line, from, to) stretches, and where it stands, as (line, place).
Check = tuple[tuple[tuple[int, int, int], ...], tuple[int, int]]


@dataclass(frozen=True)
class Layout:
    """One format. `kinds` says for each position of each line: A letters, N digits, X either; `name` is the line
    and the place where the name begins.
    """

    begins: str
    kinds: tuple[str, ...]
    name: tuple[int, int]
    checks: tuple[Check, ...]

    @property
    def width(self) -> int:
        return len(self.kinds[0])


def _two_lines(begins: str, width: int, *, composite: bool, personal: bool = False) -> Layout:
    rest = width - 28
    optional = "X" * rest if not composite else "X" * (rest - 2) + "NN" if personal else "X" * (rest - 1) + "N"
    checks: list[Check] = [(((1, 0, 9),), (1, 9)), (((1, 13, 19),), (1, 19)), (((1, 21, 27),), (1, 27))]
    if personal:
        checks.append((((1, 28, 42),), (1, 42)))
    if composite:
        checks.append((((1, 0, 10), (1, 13, 20), (1, 21, width - 1)), (1, width - 1)))
    first = "A" * width
    return Layout(begins, (first, "X" * 9 + "N" + "AAA" + "N" * 7 + "A" + "N" * 7 + optional), (0, 5), tuple(checks))


LAYOUTS: dict[str, Layout] = {
    "TD3": _two_lines("P", 44, composite=True, personal=True),
    "MRV-A": _two_lines("V", 44, composite=False),
    "TD2": _two_lines("ACIP", 36, composite=True),
    "MRV-B": _two_lines("V", 36, composite=False),
    "TD1": Layout(
        "ACI",
        ("AAAAA" + "X" * 9 + "N" + "X" * 15, "N" * 7 + "A" + "N" * 7 + "AAA" + "X" * 11 + "N", "A" * 30),
        (2, 0),
        (
            (((0, 5, 14),), (0, 14)),
            (((1, 0, 6),), (1, 6)),
            (((1, 8, 14),), (1, 14)),
            (((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)), (1, 29)),
        ),
    ),
}


@dataclass(frozen=True)
class Zone:
    """What is taken from a zone. `checks_hold` says that every check digit is right, so that the zone was read well.

    `is_cut` says that the name fills its place, so that the end of a long one may be missing.
    """

    surname: str
    given: str
    checks_hold: bool
    is_cut: bool


def check_digit(text: str) -> str:
    """Doc 9303-3, 4.9: weights 7, 3, 1; letters count from A = 10, the filler is 0."""
    total = sum(_value(c) * WEIGHTS[n % 3] for n, c in enumerate(text))
    return str(total % 10)


def _value(character: str) -> int:
    return 0 if character == FILLER else int(character, 36)


def find(rows: Iterable[str]) -> Zone | None:
    """The zone in what was read, line by line from top to bottom; one whose check digits hold is preferred."""
    lines = [_plain(row) for row in rows]
    found: list[Zone] = []
    for layout in LAYOUTS.values():
        n = len(layout.kinds)
        for start in range(len(lines) - n + 1):
            repaired = repair(layout, lines[start : start + n])
            if repaired is not None:
                found.append(_zone(layout, repaired))
    return max(found, key=lambda zone: (zone.checks_hold, bool(zone.given)), default=None)


def _plain(row: str) -> str:
    # Readers know many signs: ℃ is a C here, ＜ a filler.
    return re.sub(r"[^A-Z0-9<]", "", unicodedata.normalize("NFKC", row).upper().translate(_MARKS))


def repair(layout: Layout, lines: Sequence[str]) -> tuple[str, ...] | None:
    """The lines in full length with letters where letters belong and digits where digits do; None if it is no zone.

    Readers take O for 0 and drop fillers from long runs. A document number, where both may stand, is changed only if
    exactly one such exchange makes every check digit right.
    """
    if FILLER not in "".join(lines) or lines[0][:1].translate(TO_LETTER) not in tuple(layout.begins):
        return None
    tries = [
        tried
        for fitted in islice(product(*(_fit(line, layout.width) for line in lines)), MOST_TRIES)
        if (tried := _sorted_out(layout, fitted)) is not None
    ]
    whole = next((tried for tried in tries if checks_hold(layout, tried)), None)
    return whole or (_exchange(layout, tries[0]) if tries else None)


def _sorted_out(layout: Layout, lines: Sequence[str]) -> tuple[str, ...] | None:
    """Each character as its place wants it; None where that is impossible."""
    done = tuple(
        "".join(_as_kind(c, kind) for c, kind in zip(line, kinds, strict=True))
        for line, kinds in zip(lines, layout.kinds, strict=True)
    )
    wanted = zip("".join(done), "".join(layout.kinds), strict=True)
    return None if any(kind == "N" and not (c.isdigit() or c == FILLER) for c, kind in wanted) else done


def _fit(line: str, width: int) -> list[str]:
    """In full length: a run of fillers gives or takes what is missing or too much, the longest and last one first."""
    missing = width - len(line)
    if missing == 0:
        return [line]
    if abs(missing) > width // 2:
        return []
    runs = sorted(re.finditer(r"<+", line), key=lambda run: (len(run.group()), run.start()), reverse=True)
    return [
        line[: run.start()] + FILLER * (len(run.group()) + missing) + line[run.end() :]
        for run in runs
        if len(run.group()) + missing >= 1
    ]


def _as_kind(character: str, kind: str) -> str:
    if kind == "A" and character.isdigit():
        return character.translate(TO_LETTER)
    return character.translate(TO_DIGIT) if kind == "N" else character


def checks_hold(layout: Layout, lines: Sequence[str]) -> bool:
    return all(_holds(lines, stretches, at) for stretches, at in layout.checks)


def _holds(lines: Sequence[str], stretches: tuple[tuple[int, int, int], ...], at: tuple[int, int]) -> bool:
    covered = "".join(lines[line][start:end] for line, start, end in stretches)
    digit = lines[at[0]][at[1]]
    # The check digit of a personal number that is not used may be a filler (part 4, 4.2.2.2).
    return digit == check_digit(covered) or (digit == FILLER and set(covered) == {FILLER})


def _exchange(layout: Layout, lines: tuple[str, ...]) -> tuple[str, ...]:
    """One look-alike in the document number exchanged, where only one exchange makes all check digits right."""
    ((line, start, end),) = layout.checks[0][0]
    whole = [
        changed
        for at in range(start, end)
        for other in _look_alikes(lines[line][at])
        if checks_hold(layout, changed := _with(lines, line, at, other))
    ]
    return whole[0] if len(whole) == 1 else lines


def _look_alikes(character: str) -> set[str]:
    return {character.translate(TO_DIGIT), character.translate(TO_LETTER)} - {character}


def _with(lines: tuple[str, ...], line: int, at: int, character: str) -> tuple[str, ...]:
    changed = lines[line][:at] + character + lines[line][at + 1 :]
    return (*lines[:line], changed, *lines[line + 1 :])


def _zone(layout: Layout, lines: tuple[str, ...]) -> Zone:
    line, start = layout.name
    field = lines[line][start:]
    surname, _, rest = field.partition(FILLER * 2)
    # After the next two fillers only fillers may stand: what is there is a speck on the picture.
    given = rest.lstrip(FILLER).partition(FILLER * 2)[0]
    return Zone(_words(surname), _words(given), checks_hold(layout, lines), not field.endswith(FILLER))


def _words(part: str) -> str:
    return " ".join(part.replace(FILLER, " ").split())
