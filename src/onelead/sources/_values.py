"""Raw cells to dates, numbers and flags, a whole column at a time. What cannot be read stays null and is told from what was empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

NULL_WORDS = ("", "(null)", "(blank)", "NULL", "#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!")
"""Texts that mean "nothing" in any column. "-" and "NA" are values of text columns (a size, North America)."""
TYPED_NULL_WORDS = (*NULL_WORDS, "-", "--", "n/a", "N/A", "na", "NA", "nan", "NaN", "None", "none", "null")
"""Texts that mean "nothing" where a date, number or flag is expected."""
_EXCEL_ZERO_DATES = ("1899-12-30 00:00:00", "1899-12-31 00:00:00")
"""A zero that is formatted as a date: what a formula over an empty cell gives."""
_EXCEL_DAY_ZERO = r"^1899-12-3[01]"
"""A time of day without a day comes as a time on the day before Excel's first one."""
TRUE_WORDS = ("yes", "y", "true", "t", "1", "x")
FALSE_WORDS = ("no", "n", "false", "f", "0")
_FIRST_SERIAL, _LAST_SERIAL, _LAST_DAY_SERIAL = 10_000, 109_574, 2_958_465  # 1927-05-18, 2199-12-31, 9999-12-31
_MONTHS, _DAYS = 12, 31
_DATE_LENGTH, _DATE_TIME_LENGTH = len("2024-09-04"), len("2024-09-04 00:00:00")
_CLOCK = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?)?"
_MOMENT = r"^(?P<day>\d{4}-\d{2}-\d{2})[T ]+(?P<minute>\d{2}:\d{2})(?P<second>:\d{2})?(?P<part>\.\d+)?(?P<zone>Z|[+-]\d{2}:?\d{2})?$"
_SHORT_YEAR = r"^(\d{1,2}/(\d{1,2}|[A-Za-z]{3,9})|[A-Za-z]{3,9}/\d{1,2})/\d{2}$"
_DAY_FIRST = ("%d/%m/%Y", "%d/%m/%y")
_MONTH_FIRST = ("%m/%d/%Y", "%m/%d/%y")
_WORDED = ("%d/%b/%Y", "%d/%B/%Y", "%d/%b/%y", "%b/%d/%Y", "%B/%d/%Y", "%Y/%b/%d")

DateOrder = Literal["day", "month"]


def cleaned(column: str, words: tuple[str, ...] = NULL_WORDS) -> pl.Expr:
    """The text of ``column`` without surrounding white space, null where it says nothing."""
    text = pl.col(column).str.strip_chars()
    return pl.when(text.is_in(list(words))).then(None).otherwise(text)


def as_text(column: str, kind: pl.DataType) -> pl.Expr:
    """Typed cells as text: whole numbers without a fraction ("6000", never "6000.0"), dates as ISO."""
    value = pl.col(column)
    if kind.is_float():
        whole = (value == value.floor()) & (value.abs() < 2**53)
        return pl.when(whole).then(value.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(value.cast(pl.String))
    if kind == pl.Datetime:
        return value.dt.to_string("%Y-%m-%d %H:%M:%S")
    return value.cast(pl.String)


def as_moment(column: str, kind: pl.DataType) -> pl.Expr:
    """Typed days and moments as moments without a zone, in UTC where they had one."""
    value = pl.col(column)
    if isinstance(kind, pl.Datetime) and kind.time_zone is not None:
        value = value.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return value.cast(pl.Datetime("us"))


def moments(text: pl.Series, days: pl.Series) -> pl.Series:
    """Moments: ISO ones with their time of day (in UTC where they name an offset), any other date as the beginning of its day."""
    parts = text.str.extract_groups(_MOMENT).struct.unnest()
    clock = pl.format("{} {}{}", pl.col("day"), pl.col("minute"), pl.col("second").fill_null(":00"))
    offset = pl.col("zone").str.replace("Z", "+0000").str.replace(":", "")
    away = offset.str.slice(1, 2).cast(pl.Int64) * 60 + offset.str.slice(3, 2).cast(pl.Int64)
    minutes = pl.when(offset.str.starts_with("-")).then(-away).otherwise(away).fill_null(0)
    micros = (pl.col("part").cast(pl.Float64).fill_null(0.0) * 1_000_000).round().cast(pl.Int64)
    exact = clock.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us") + pl.duration(
        microseconds=micros - minutes * 60_000_000
    )
    return parts.select(pl.coalesce(exact, pl.lit(days).cast(pl.Datetime("us")))).to_series()


@dataclass(frozen=True)
class DateEvidence:
    """What the slashed dates of a column (or a sheet) say about their order."""

    day_first: int = 0
    month_first: int = 0
    dotted: int = 0
    slashed: int = 0

    def __add__(self, other: DateEvidence) -> DateEvidence:
        return DateEvidence(
            self.day_first + other.day_first, self.month_first + other.month_first, self.dotted + other.dotted, self.slashed + other.slashed
        )

    @property
    def order(self) -> DateOrder | None:
        """The order, as far as the values decide it."""
        if self.day_first == self.month_first:
            return None
        return "day" if self.day_first > self.month_first else "month"


def iso_dates(text: pl.Series) -> pl.Series:
    """ISO dates, with or without a time of day, as dates: the quick way for nearly every column."""
    head = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    if head.null_count() == text.len():
        return head
    lengths = text.str.len_bytes()
    plain = (lengths == _DATE_LENGTH) | ((lengths == _DATE_TIME_LENGTH) & text.str.ends_with(" 00:00:00"))
    plain &= ~text.is_in(list(_EXCEL_ZERO_DATES))
    if (plain | text.is_null() | head.is_null()).all():
        return head
    timed = text.str.contains(rf"^\d{{4}}-\d{{2}}-\d{{2}}{_CLOCK}$") & ~text.str.contains(_EXCEL_DAY_ZERO)
    return pl.select(pl.when(plain | timed).then(head)).to_series()


def _day_and_month(rest: pl.Series) -> pl.DataFrame:
    """First number, separator and second number of dates in figures that end with a year; null for all else."""
    parts = rest.str.extract_groups(rf"^(\d{{1,2}})([/.\-])(\d{{1,2}})[/.\-](?:\d{{4}}|\d{{2}}){_CLOCK}$").struct.unnest()
    return parts.select(pl.col("1").cast(pl.Int32).alias("first"), pl.col("2").alias("mark"), pl.col("3").cast(pl.Int32).alias("second"))


def told_apart(rest: pl.Series, order: DateOrder | None) -> pl.Series:
    """Which values can be read in ``order`` only; with None: which can be read in both and mean two different days."""
    parts = _day_and_month(rest)
    first, second = parts["first"], parts["second"]
    if order is None:
        hit = first.is_between(1, _MONTHS) & second.is_between(1, _MONTHS) & (first != second)
    else:
        day, month = (first, second) if order == "day" else (second, first)
        hit = day.is_between(_MONTHS + 1, _DAYS) & (month <= _MONTHS)
    return hit.fill_null(value=False)


def date_evidence(rest: pl.Series) -> DateEvidence:
    """Count what decides between day/month and month/day among values that are not ISO."""
    marks = _day_and_month(rest)["mark"]
    return DateEvidence(
        int(told_apart(rest, "day").sum()), int(told_apart(rest, "month").sum()), int((marks == ".").sum()), int(marks.is_not_null().sum())
    )


def _slashed(rest: pl.Series) -> pl.Series:
    """Dates without their time of day, their parts apart by one slash."""
    rest = pl.select(pl.when(~rest.str.contains(_EXCEL_DAY_ZERO)).then(rest)).to_series()
    return rest.str.replace(rf"{_CLOCK}$", "").str.replace_all(r"[.\-\s,]+", "/").str.strip_chars("/")


def short_years(rest: pl.Series) -> pl.Series:
    """Which values are dates that end with a year of two digits."""
    text = _slashed(rest)
    return (text.str.contains(_SHORT_YEAR) & ~text.str.contains(r"\d{4}")).fill_null(value=False)


def other_dates(rest: pl.Series, order: DateOrder, *, forward: bool = False) -> pl.Series:
    """Dates that are not ISO: day/month/year in ``order``, with month names, compact, and Excel's serial numbers.

    Two-digit years are 1970 to 2069, or 2000 to 2099 where the dates look ``forward``.
    """
    text = _slashed(rest)
    if forward:
        ahead = text.str.replace(r"/(\d{2})$", "/20$1")
        text = pl.select(pl.when(short_years(rest)).then(ahead).otherwise(text)).to_series()
    formats = [*(_DAY_FIRST if order == "day" else _MONTH_FIRST), "%Y/%m/%d", *_WORDED]
    # %Y also takes two digits, which %y is for: the length of the year decides.
    long_year = text.str.contains(r"\d{4}")
    tries = [pl.when(long_year if "%Y" in form else ~long_year).then(text.str.to_date(form, strict=False)) for form in formats]
    compact = text.str.contains(r"^(19|20|21)\d{6}$")
    tries.append(pl.when(compact).then(text.str.to_date("%Y%m%d", strict=False)))
    serial = rest.str.extract(r"^(\d{5,7})(?:\.\d+)?$", 1).cast(pl.Int64)
    plausible = serial.is_between(_FIRST_SERIAL, _LAST_SERIAL) | (serial == _LAST_DAY_SERIAL)
    # Day 60 of Excel's calendar does not exist; every serial that is accepted lies behind it, so one offset fits all.
    tries.append(pl.when(plausible).then((serial - 25_569).cast(pl.Int32, strict=False).cast(pl.Date)))
    return pl.select(pl.coalesce(tries)).to_series()


def excel_zero(text: pl.Series) -> pl.Series:
    """Cells that hold a zero formatted as a date, which is no date and no mistake."""
    return text.is_in(list(_EXCEL_ZERO_DATES)).fill_null(value=False)


def as_numbers(text: pl.Series) -> pl.Series:
    """Numbers, null where there is none: "1,234.50", "$ 1,200", "12 %" (0.12), "(5)" (-5), "1.234,50", "12,5".

    Whether a lone comma cuts thousands or decimals is decided by the column's other values; where these contradict each other, the
    value stays unread.
    """
    plain = text.cast(pl.Float64, strict=False)
    plain = pl.select(pl.when(plain.is_finite()).then(plain)).to_series()
    todo = text.is_not_null() & plain.is_null()
    if not todo.any():
        return plain
    distinct = text.filter(text.is_not_null()).unique()
    read = _numbers_in_words(distinct)
    return text.replace_strict(distinct, read, default=None, return_dtype=pl.Float64)


def _numbers_in_words(text: pl.Series) -> pl.Series:
    bare = text.str.replace_all(r"[\s\u00a0\u202f'’]", "").str.replace_all(
        r"^(-?)(?:USD|EUR|GBP|JPY|CHF|[$€£¥])|(?:USD|EUR|GBP|JPY|CHF|[$€£¥])$", "$1"
    )
    bracketed = bare.str.contains(r"^\(.+\)$")
    bare = bare.str.strip_chars("()").str.replace(r"^[$€£¥]", "")
    percent = bare.str.ends_with("%")
    bare = bare.str.strip_chars_end("%")
    comma_decimal = bare.str.contains(r"^[+-]?\d{1,3}(\.\d{3})+,\d+$") | (
        bare.str.contains(r"^[+-]?\d+,\d+$") & ~bare.str.contains(r"^[+-]?[1-9]\d{0,2},\d{3}$")
    )
    dotted = bare.str.contains(r"^[+-]?\d*\.\d+$")
    dot_decimal = bare.str.contains(r"^[+-]?\d{1,3}(,\d{3})+\.\d+$|^[+-]?\d{1,3}(,\d{3}){2,}$") | (
        dotted & ~bare.str.contains(r"^[+-]?[1-9]\d{0,2}\.\d{3}$")
    )
    open_comma = bare.str.contains(r"^[+-]?[1-9]\d{0,2},\d{3}$")
    open_dot = bare.str.contains(r"^[+-]?[1-9]\d{0,2}(\.\d{3})+$")
    commas, dots = bool(comma_decimal.any()), bool(dot_decimal.any())
    as_comma = comma_decimal | bare.str.contains(r"^[+-]?\d{1,3}(\.\d{3}){2,}$")
    if commas and not dots:
        as_comma |= open_comma | open_dot
    unclear = open_comma if commas and dots else pl.Series([False])
    german = bare.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    grouped = bare.str.contains(r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$")
    english = pl.select(pl.when(grouped).then(bare.str.replace_all(",", "", literal=True)).otherwise(bare)).to_series()
    number = pl.when(as_comma).then(german).otherwise(english).cast(pl.Float64, strict=False)
    number = pl.when(number.is_finite() & ~unclear).then(number)
    signed = pl.when(bracketed).then(-number).otherwise(number)
    return pl.select(pl.when(percent).then(signed / 100).otherwise(signed)).to_series()


def as_flags(text: pl.Series) -> pl.Series:
    """Yes/No, Y/N, true/false, 1/0 as flags, null for anything else."""
    lowered = text.str.to_lowercase()
    return pl.select(
        pl.when(lowered.is_in(list(TRUE_WORDS))).then(statement=True).when(lowered.is_in(list(FALSE_WORDS))).then(statement=False)
    ).to_series()
