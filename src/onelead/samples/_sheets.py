"""The parts that the workbook samples share: the catalogue of services and the list of credits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.samples._vocabulary import PRACTICES, SERVICE_FORMS

if TYPE_CHECKING:
    import random

    from onelead.samples._base import Traps
    from onelead.samples._workbook import Row

CATALOGUE_SIZE = 286


def catalogue() -> list[tuple[str, str, str]]:
    """The services that can be offered: (practice, sub-practice, service), 286 different ones in 23 groups."""
    groups = [(practice, sub, topics) for practice, subs in PRACTICES.items() for sub, topics in subs.items()]
    sizes = [CATALOGUE_SIZE // len(groups) + (number < CATALOGUE_SIZE % len(groups)) for number in range(len(groups))]
    entries: list[tuple[str, str, str]] = []
    for (practice, sub, topics), size in zip(groups, sizes, strict=True):
        names = [f"{topic} {form}" if form.split()[0] not in topic else topic for form in SERVICE_FORMS for topic in topics]
        entries.extend((practice, sub, name) for name in list(dict.fromkeys(names))[:size])
    return entries


def service_rows(sheet: str, headers: tuple[str, str], traps: Traps) -> list[Row]:
    """The catalogue as its sheet shows it: practice and sub-practice on the first row of each group only (fill down)."""
    rows: list[Row] = []
    last: tuple[str, str] | None = None
    for practice, sub, service in catalogue():
        first = (practice, sub) != last
        last = (practice, sub)
        rows.append([practice if first else None, sub if first else None, service])
        if not first:
            for header in headers:
                traps.add("fill_down", sheet, header, len(rows) + 1)
    return rows


def credit_amounts(rng: random.Random, rows: int, totals: tuple[int, int, int], share: float = 0.1) -> list[tuple[int, int, int]]:
    """(purchased, converted, delivered) of ``rows`` rows, whose sums are exactly ``totals``; most rows of a real list hold zeros.

    Single credits are dealt to a few rows; the first rows dealt to are those that used theirs, so that converted never exceeds
    purchased, and delivered never converted, on any row.
    """
    purchased, converted, delivered = totals
    holders = sorted(rng.sample(range(rows), max(1, int(rows * share))))
    dealt = sorted(rng.randrange(len(holders)) for _ in range(purchased))
    rng.shuffle(holders)
    amounts = [[0, 0, 0] for _ in range(rows)]
    for number, holder in enumerate(dealt):
        amount = amounts[holders[holder]]
        amount[0] += 1
        amount[1] += number < converted
        amount[2] += number < delivered
    return [(bought, used, done) for bought, used, done in amounts]
