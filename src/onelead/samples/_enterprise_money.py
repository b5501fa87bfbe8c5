"""The enterprise sample: transactions, contracts with their renewals, invoices and payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.samples._bulk import TODAY, days, numbered, pick, where
from onelead.samples._enterprise_deals import region_effects
from onelead.samples._enterprise_world import BEGIN, CURRENCIES, INDUSTRIES, RECURRING, WINDOW, month_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from onelead.samples._enterprise_world import Block, World

TRANSACTIONS_A_COMPANY = 20
SEASON = (0.86, 0.88, 1.06, 0.94, 0.96, 1.12, 0.88, 0.84, 1.05, 0.98, 1.08, 1.35)
"""What the month of the year does to an amount."""
SIZE_WEIGHT = 0.5
"""What the logarithm of the employees, less that of 800, adds to the logarithm of an amount."""
AMOUNT, NOISE = 7.4, 0.5
CONTRACTED = 0.7
TERM = 365


def spend_level(world: World, block: Block) -> NDArray[np.float64]:
    """Logarithm of the usual amount of a transaction in dollars, by company."""
    usual = np.asarray([effect for _, effect in INDUSTRIES.values()])[block.industry] + SIZE_WEIGHT * (
        np.log(block.employees) - np.log(800)
    )
    usual = usual + region_effects(world)[block.region]
    if not world.signal:
        usual = block.dice.numbers.permutation(usual)
    return np.asarray(AMOUNT + usual)


def transactions(world: World, block: Block, level: NDArray[np.float64], numbers_from: int) -> pl.DataFrame:
    """Purchases: their times thin out with the trait of the company, their amounts follow level and season."""
    rng = block.dice.numbers
    begin = np.maximum(block.since, BEGIN)
    length = np.maximum(block.until - begin, 1)
    usual = 0.6 + 0.8 * rng.random(len(length))
    count = rng.poisson(TRANSACTIONS_A_COMPANY * usual * length / WINDOW * 1.55)
    company = np.repeat(np.arange(len(count), dtype=np.int64), count)
    size = len(company)
    slope = -np.where(np.abs(block.traits["usage_decline"]) < 1e-6, 1e-6, block.traits["usage_decline"])[company]  # noqa: PLR2004 - a straight line is its limit
    drawn = rng.random(size)
    place = (slope - 1 + np.sqrt((1 - slope) ** 2 + 4 * slope * drawn)) / (2 * slope)
    day = begin[company] + np.minimum((place * length[company]).astype(np.int64), length[company] - 1)
    month = pl.Series(day.astype(np.int32)).cast(pl.Date).dt.month().to_numpy().astype(np.int64) - 1
    season = np.asarray(SEASON)[month] if world.signal else np.ones(size)
    refund = rng.random(size) < 0.01  # noqa: PLR2004 - share of refunds
    currency = block.currency[company]
    amount = np.exp(level[company] + rng.normal(0, NOISE, size)) * season / world.rates[currency, month_of(day)]
    product = (company + block.first + (drawn * 1e6).astype(np.int64) % block.products[company]) % len(world.products)
    discount = np.maximum(np.round(rng.normal(0.05, 0.08, size), 2), 0)
    return pl.DataFrame(
        {
            "transaction_id": numbered("T", numbers_from + np.arange(1, size + 1, dtype=np.int64), 9),
            "customer_id": where(rng.random(size) >= 0.001, block.frame["customer_id"].gather(company)),  # noqa: PLR2004 - a few name nobody
            "transaction_date": days(day),
            "product_id": world.products["product_id"].gather(product),
            "transaction_type": pick(["Order", "Refund"], refund.astype(np.int64)),
            "quantity": 1.0 + rng.integers(0, 10, size),
            "amount": np.round(np.where(refund, -0.5 * amount, amount), 2),
            "discount": np.minimum(discount, 0.4),
            "currency": pick(list(CURRENCIES), currency),
        }
    )


def contracts(world: World, block: Block, level: NDArray[np.float64]) -> dict[str, pl.DataFrame]:
    """Yearly terms from the begin to the churn (or the as-of date), each renewing the one before; two invoices a term, and their payments."""
    dice = block.dice
    owner = np.nonzero(dice.happens(CONTRACTED, len(block.since)))[0]
    begin = block.since[owner] + np.maximum((BEGIN - block.since[owner]) // TERM, 0) * TERM
    terms = np.maximum((block.until[owner] - begin) // TERM + 1, 1)
    row = np.repeat(np.arange(len(owner), dtype=np.int64), terms)
    term = np.arange(len(row), dtype=np.int64) - np.repeat(np.cumsum(terms) - terms, terms)
    who = owner[row]
    start = begin[row] + term * TERM
    end = start + TERM - 1
    gone = (block.frame["is_churned"].to_numpy()[who]) & (term == terms[row] - 1)
    yearly = np.exp(level[who] + 1.6 + 0.04 * term) / world.rates[block.currency[who], month_of(begin[row])]
    product = world.products["product_id"].gather((who + block.first) % RECURRING)
    number = (block.first + who) * 100 + term
    rows = pl.DataFrame(
        {
            "contract_id": numbered("K", number, 10),
            "customer_id": block.frame["customer_id"].gather(who),
            "product_id": product,
            "contract_type": pick(["Subscription"], np.zeros(len(who), dtype=np.int64)),
            "status": pick(["Active", "Renewed", "Cancelled"], np.where(gone, 2, np.where(term < terms[row] - 1, 1, 0))),
            "start_date": days(start),
            "end_date": days(end),
            "cancelled_date": where(gone, days(block.until[who])),
            "amount": np.round(yearly, 2),
            "annual_value": np.round(yearly, 2),
            "currency": pick(list(CURRENCIES), block.currency[who]),
            "term_months": np.full(len(who), 12, dtype=np.int64),
            "auto_renew": dice.happens(0.6, len(who)),
            "renewal_of": where(term > 0, numbered("K", number - 1, 10)),
            "owner_id": block.frame["owner_id"].gather(who),
        }
    )
    return {"contracts": rows, **_invoices(block, rows, who, start)}


def _invoices(block: Block, terms: pl.DataFrame, who: NDArray[np.int64], start: NDArray[np.int64]) -> dict[str, pl.DataFrame]:
    """Two invoices a term, due after 30 days, paid later by those who pay late; what is not yet paid is open."""
    rng = block.dice.numbers
    row = np.repeat(np.arange(len(who), dtype=np.int64), 2)
    half = np.tile(np.arange(2, dtype=np.int64), len(who))
    day = start[row] + 182 * half
    issued = (day <= block.until[who[row]]) & (day >= BEGIN)
    row, half, day = row[issued], half[issued], day[issued]
    late = 15.0 * block.traits["late_payment"][who[row]] + rng.normal(-6, 5, len(row))
    paid = day + 30 + np.round(late).astype(np.int64)
    settled = (paid <= TODAY) & (rng.random(len(row)) >= 0.004)  # noqa: PLR2004 - a few are never paid
    invoice = terms["contract_id"].gather(row) + pick(["-1", "-2"], half)
    amount = np.round(terms["amount"].to_numpy()[row] / 2, 2)
    shared = {"customer_id": terms["customer_id"].gather(row), "currency": terms["currency"].gather(row)}
    bills = pl.DataFrame(
        {
            "invoice_id": "I" + invoice,
            "contract_id": terms["contract_id"].gather(row),
            "invoice_date": days(day),
            "due_date": days(day + 30),
            "paid_date": where(settled, days(paid)),
            "amount": amount,
            "amount_paid": np.where(settled, amount, 0.0),
            "status": pick(["Open", "Paid"], settled.astype(np.int64)),
            **shared,
        }
    )
    money = pl.DataFrame({"payment_id": "Y" + invoice, "invoice_id": "I" + invoice, "payment_date": days(paid), "amount": amount, **shared})
    ways = block.dice.choice(("Transfer", "Card", "Direct debit"), len(row), (7, 1, 2))
    return {"invoices": bills, "payments": money.with_columns(ways.alias("method")).filter(pl.Series(settled))}
