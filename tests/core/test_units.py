"""How values are written for people."""

from __future__ import annotations

import pytest

from onelead.core.units import Unit, money, written


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [(165_000, "USD", "$165,000"), (0, "USD", "$0"), (-1234.5, "EUR", "-€1,234"), (99.6, "CHF", "100 CHF"), (-0.2, "USD", "$0")],
)
def test_money(value: float, currency: str, text: str) -> None:
    assert money(value, currency) == text


@pytest.mark.parametrize(
    ("value", "unit", "estimated", "text"),
    [
        (None, Unit.COUNT, False, "unknown"),
        (0, Unit.COUNT, False, "0"),
        (165_000.0, Unit.MONEY, True, "≈ $165,000"),
        (320 / 650, Unit.RATIO, False, "49 %"),
        (1983, Unit.DAYS, False, "1,983 days"),
        (0.5, Unit.SCORE, False, "0.5"),
        ("High", Unit.TEXT, False, "High"),
    ],
)
def test_written(value: object, unit: Unit, estimated: bool, text: str) -> None:
    assert written(value, unit, estimated=estimated) == text
