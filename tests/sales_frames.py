"""Rows of the enterprise tables with every kind of gap, for the random base."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

DAY = date(2024, 9, 4)
CURRENCIES = ("USD", None, "EUR", "GBP", "XXX")
STAGES = ("Qualify", "Propose", "Commit")


def sales_rows(draw: random.Random, fact: Callable[..., dict[str, Any]], rows: int) -> dict[str, list[dict[str, Any]]]:
    """Rows by table: refunds, currencies turned round and without a rate, contracts that ended, invoices in every state, histories."""

    def day(first: int, last: int, missing: float = 0.1) -> date | None:
        return None if draw.random() < missing else DAY + timedelta(days=draw.randint(first, last))

    def amount() -> float | None:
        return None if draw.random() < 0.1 else round(draw.uniform(10, 900), 2)

    def currency() -> str | None:
        return draw.choice(CURRENCIES)

    return {
        "transactions": [
            fact(
                transaction_id=f"t{place}",
                transaction_date=day(-800, 40),
                amount=None if (paid := amount()) is None else paid * draw.choice([1, 1, 1, -0.5]),
                currency=currency(),
                region=draw.choice(["North", "South", None]),
            )
            for place in range(2 * rows)
        ],
        "contracts": [
            fact(
                contract_id=f"k{place}",
                start_date=(start := day(-1000, 50)),
                end_date=None if start is None or draw.random() < 0.1 else start + timedelta(days=draw.choice([364, 729])),
                cancelled_date=day(-300, 100, 0.8),
                annual_value=amount(),
                amount=amount(),
                currency=currency(),
            )
            for place in range(rows)
        ],
        "invoices": [
            fact(
                invoice_id=f"i{place}",
                invoice_date=(billed := day(-500, 20)),
                due_date=None if billed is None or draw.random() < 0.1 else billed + timedelta(days=30),
                paid_date=None if billed is None or draw.random() < 0.4 else billed + timedelta(days=draw.randint(5, 90)),
                amount=amount(),
                amount_paid=draw.choice([None, 0.0, 5.0]),
                currency=currency(),
            )
            for place in range(rows)
        ],
        "leads": [
            fact(
                lead_id=f"l{place}",
                created_date=day(-500, 20),
                converted_date=day(-300, 20, 0.5),
                opportunity_id=draw.choice([None, f"o{place}"]),
                lead_source=draw.choice(["Web", "Event", None]),
            )
            for place in range(rows)
        ],
        "opportunity_history": [
            fact(
                opportunity_id=f"o{place % rows}",
                changed_at=datetime.combine(DAY + timedelta(days=draw.randint(-400, 20)), time(draw.randint(0, 23))),
                stage=draw.choice([*STAGES, None]),
                close_date=day(-200, 200, 0.4),
                is_won=draw.choice([None, None, None, None, True, False]),
            )
            for place in range(4 * rows)
        ],
        "changes": [
            {
                "table": "opportunities",
                "key": f"o{place}",
                "load_id": "1",
                "as_of": DAY - timedelta(days=draw.randint(-5, 90)),
                "change": "changed",
                "column": draw.choice(["close_date", "close_date", "stage"]),
                "before": (DAY + timedelta(days=draw.randint(-200, 200))).isoformat(),
            }
            for place in range(0, rows, 3)
        ],
        "quotas": [
            {"person_id": draw.choice([None, f"r{place}"]), "team": draw.choice("AB"), "amount": 200_000.0, "measure": kind, **period}
            for place, kind in enumerate(["Bookings", None, "Revenue", "New bookings"] * 2)
            for period in (
                {"period_start": date(2024, 7, 1), "period_end": date(2024, 9, 30)},
                {"period_start": date(2024, 1, 1), "period_end": date(2024, 12, 31)},
            )
        ],
        "people": [{"person_id": f"r{place}", "person_name": f"Rep {place}"} for place in range(6)],
        "exchange_rates": [
            *(
                {
                    "currency": "EUR",
                    "base_currency": "USD",
                    "rate_date": date(2023, 1, 1) + timedelta(days=31 * month),
                    "rate": 1 + month / 100,
                }
                for month in range(24)
            ),
            {"currency": "USD", "base_currency": "GBP", "rate_date": date(2023, 6, 1), "rate": 0.8},
        ],
    }
