"""Parts that the workbook samples share."""

# ruff: noqa: S311 - repeatable, not secret

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from onelead.samples._companies import companies, folded
from onelead.samples._sheets import catalogue, credit_amounts
from onelead.samples._variants import easy, hard, medium


@settings(deadline=None)
@given(st.integers(0, 2**20), st.integers(1, 60), st.integers(0, 90), st.integers(0, 90), st.integers(0, 90))
def test_dealt_credits_add_up_and_never_exceed_each_other(seed: int, rows: int, first: int, second: int, third: int) -> None:
    delivered, converted, purchased = sorted((first, second, third))
    amounts = credit_amounts(random.Random(seed), rows, (purchased, converted, delivered))
    assert len(amounts) == rows
    assert tuple(sum(column) for column in zip(*amounts, strict=True)) == (purchased, converted, delivered)
    assert all(bought >= used >= done >= 0 for bought, used, done in amounts)


def test_catalogue_has_286_different_services_in_23_groups() -> None:
    entries = catalogue()
    assert len(entries) == len({service for _, _, service in entries}) == 286
    assert len({(practice, sub) for practice, sub, _ in entries}) == 23


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**20))
def test_companies_differ_by_more_than_spelling(seed: int) -> None:
    found = companies(random.Random(seed), 40)
    assert len({folded(company.core) for company in found}) == 40
    assert [company.number for company in found] == list(range(40))
    for family in {company.family for company in found if company.family}:
        members = [company.core.split()[0][:2] for company in found if company.family == family]
        assert len(set(members)) == 1


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**20))
def test_spellings_are_never_empty(seed: int) -> None:
    rng = random.Random(seed)
    for company in companies(rng, 10):
        for spelt in (easy(rng, company), medium(rng, company), hard(rng, company)):
            assert spelt is None or spelt.strip() == spelt != ""
