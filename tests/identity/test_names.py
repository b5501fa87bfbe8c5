"""Names are equal across case, accents, legal form, abbreviation and width; different companies stay different."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onelead.identity._names import forms_conflict, normalise
from onelead.identity._similar import Weights, likeness

SAME = [
    ("Harbour Lane Mfg. Co., Ltd.", "HARBOUR LANE MANUFACTURING"),
    ("Zürnwald Optik GmbH & Co. KG", "ZURNWALD OPTIK"),
    ("Pellano S.p.A.", "pellano spa"),
    ("Kostrava Sp. z o.o.", "KOSTRAVA SPÓŁKA Z OGRANICZONĄ ODPOWIEDZIALNOŚCIĄ"),
    ("Dunmarra Pty Ltd", "Dunmarra Proprietary Limited"),
    ("Årvik & Sønn A/S", "ARVIK AND SONN AS"),
    ("Univ. of Talvera", "The University of Talvera"),
    ("Ｏｌｄｍｅｒｅ　Ｉｎｔｌ", "Oldmere International, Inc."),
    ("I.Q.M. Corp.", "IQM Corporation"),
    ("株式会社青波製作所", "青波製作所(株)"),
    ("㈱青波製作所", "青波 製作所"),
    ("Talvera S.A. de C.V.", "TALVERA SA DE CV"),
    ("O'Darrow Bros.", "ODarrow Brothers"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert normalise(one).key == normalise(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [("Halden Marine Services", "Halden Marine Systems"), ("Unit 4 Norvane", "Unit 5 Norvane"), ("Bank of Talvera", "Bank of Oldmere")],
)
def test_a_differing_word_separates(one: str, other: str) -> None:
    left, right = normalise(one), normalise(other)
    assert left.key != right.key
    assert likeness(left, right, Weights(2, {})) is None


def test_umlauts_written_out_are_the_same_name() -> None:
    like = likeness(normalise("Müllrose Werke"), normalise("Muellrose Werke"), Weights(2, {}))
    assert like is not None
    assert like.confidence >= 0.95


def test_scripts_are_not_compared() -> None:
    assert likeness(normalise("青波製作所"), normalise("Aonami Seisakusho"), Weights(2, {})) is None


def test_a_longer_name_is_for_review_only() -> None:
    like = likeness(normalise("Halden Marine"), normalise("Halden Marine Bergen"), Weights(2, {}))
    assert like is not None
    assert 0.6 <= like.confidence < 0.95


def test_another_letter_is_for_review_and_a_missing_one_in_a_long_word_is_a_slip() -> None:
    weights = Weights(100, {})
    other_letter = likeness(normalise("Brandovell Lodrane"), normalise("Brandavell Lodrane"), weights)
    missing = likeness(normalise("Brandovell Lodrane"), normalise("Brandvell Lodrane"), weights)
    assert other_letter is not None
    assert missing is not None
    assert other_letter.confidence < 0.95 <= missing.confidence
    assert missing.slip


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        ("X Inc", "X Corp.", 0),
        ("X", "X GmbH", 0),
        ("X GmbH", "X AG", 1),
        ("X GmbH", "X S.p.A.", 2),
        ("X Ltd", "X K.K.", 0),
        ("X Pty Ltd", "X Pte Ltd", 2),
    ],
)
def test_legal_forms_that_tell(one: str, other: str, conflict: int) -> None:
    assert forms_conflict(normalise(one).forms, normalise(other).forms) == conflict


@pytest.mark.parametrize("name", ["N/A", "Various customers", "unknown", "-", "TBD"])
def test_entries_that_name_nobody(name: str) -> None:
    assert normalise(name).is_placeholder


def test_generic_names() -> None:
    assert normalise("Global Solutions Ltd").is_generic
    assert not normalise("Talvera Global Solutions").is_generic


@given(st.text(max_size=40))
def test_normalising_never_fails_and_ignores_case_of_plain_letters(text: str) -> None:
    name = normalise(text)
    assert isinstance(name.key, str)
    if text.isascii():
        assert normalise(text.upper()).key == name.key
