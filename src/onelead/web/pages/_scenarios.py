"""What the scenarios tab shows: scenarios side by side, the effect of each lever, and the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web._page import Column, Missing
from onelead.web.figures import scenarios as figures
from onelead.web.pages._bookings import HINT
from onelead.workspace import scenario_store as store
from onelead.workspace import scenarios

if TYPE_CHECKING:
    from onelead.web._ask import Ask
    from onelead.web._page import Figure, Row, Status
    from onelead.workspace.scenario_store import Levers, Scenario

STANDS = "As it stands"
BESIDE = 3
"""Scenarios beside what stands, at most."""
PERCENT = 100.0
SHARES = {
    "win_rate": "Win rate",
    "deal_size": "Deal size",
    "cycle": "Days to close",
    "price": "Prices",
    "churn": "Accounts that leave",
}
"""Levers that the form takes as a change in per cent."""


def compared(ask: Ask) -> list[Scenario]:
    """The scenarios of the address, at most three; without any the first ones."""
    known = {entry["id"]: entry for entry in store.scenarios(ask.serving.parts)}
    chosen = [known[key] for key in ask.params.get("compare", ()) if key in known]
    return (chosen or list(known.values()))[:BESIDE]


def results(ask: Ask) -> list[tuple[str, Scenario | None, dict[str, Any]]]:
    """What stands, then each compared scenario: name, scenario, result. Raises Missing."""
    asked: list[tuple[str, Scenario | None]] = [(STANDS, None), *((entry["name"], entry) for entry in compared(ask))]
    found = [(name, entry, ask.deals(scenarios.result, entry)) for name, entry in asked]
    if found[0][2]["problem"]:
        raise Missing(found[0][2]["problem"], hint=HINT, link=ask.link("/load"), link_text="Load data")
    return found


def range_rows(ask: Ask) -> pl.DataFrame:
    """The main outcome of each: bookings of four quarters, less what is lost where it is known."""
    rows = []
    for name, _, found in results(ask):
        last = found["outcomes"].filter(pl.col("kind").is_in(["year", "net"])).tail(1)
        rows.append(last.with_columns(pl.lit(name).alias("scenario")))
    shown: pl.DataFrame = pl.concat(rows)
    return shown


def range_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Lines under each other."""
    return figures.ranges([{**row, "name": row["scenario"]} for row in frame.iter_rows(named=True)], ask.fmt)


def range_words(ask: Ask) -> str:
    """What is compared."""
    return f"{range_rows(ask)['label'][0].lower()}, mean with 80 % and 95 % interval"


def quarter_rows(ask: Ask) -> pl.DataFrame:
    """Quarters of each."""
    parts = [
        found["outcomes"].filter(pl.col("kind") == "quarter").with_columns(pl.lit(name).alias("scenario"))
        for name, _, found in results(ask)
    ]
    rows: pl.DataFrame = pl.concat(parts)
    return rows


def quarter_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Bars beside each other."""
    return figures.quarters(frame, ask.fmt)


def beside_columns(ask: Ask) -> tuple[Column, ...]:
    """A column a scenario."""
    names = [STANDS, *(entry["name"] for entry in compared(ask))]
    shown = [Column(f"s{place}", name, "money", sub=f"s{place}_range", sortable=False) for place, name in enumerate(names)]
    ends = [Column(f"s{place}_{end}", f"{name}, {end}", "money", show=False) for place, name in enumerate(names) for end in ("low", "high")]
    return (Column("label", "Outcome", phone="title", sortable=False), *shown, *ends)


def beside_rows(ask: Ask) -> pl.DataFrame:
    """Outcomes as rows, scenarios as columns."""
    found = results(ask)
    frame: pl.DataFrame = found[0][2]["outcomes"].select("key", "label")
    acted = pl.DataFrame({"key": ["actions"], "label": ["Expected from waiting actions"]})
    frame = pl.concat([frame, acted])
    for place, (_, _, one) in enumerate(found):
        total = one["actions"]
        last = pl.DataFrame({"key": "actions", "forecast": total["expected"], "low": total["low"], "high": total["high"]})
        part = pl.concat(
            [one["outcomes"].select("key", "forecast", "low", "high"), last.cast(dict.fromkeys(("forecast", "low", "high"), pl.Float64))]
        )
        words = pl.Series(f"s{place}_range", [ask.fmt.span(low, high) or "" for low, high in part.select("low", "high").iter_rows()])
        named = part.select(
            "key",
            *(pl.col(name).alias(new) for name, new in (("forecast", f"s{place}"), ("low", f"s{place}_low"), ("high", f"s{place}_high"))),
        )
        frame = frame.join(named.with_columns(words), on="key", how="left", maintain_order="left")
    return frame


def effect_rows(ask: Ask) -> pl.DataFrame:
    """The effect of each lever of each scenario, alone and together."""
    rows = []
    for name, entry, found in results(ask)[1:]:
        levers = store.read_levers(entry["levers"]) if entry else None
        for row in found["effects"].iter_rows(named=True):
            basis = "Assumption" if row["assumption"] else "Seen before"
            told = "" if levers is None or row["lever"] == "together" else moved_words(levers, row["lever"], ask)
            span = ask.fmt.span(row["low"], row["high"])
            rows.append({**row, "scenario": name, "moved": told, "range": span, "basis": None if row["lever"] == "together" else basis})
    schema = {"scenario": pl.String, "moved": pl.String, "range": pl.String, "basis": pl.String, **scenarios.EFFECTS}
    return pl.DataFrame(rows, schema=schema)


def basis_status(row: Row) -> Status | None:
    """Assumptions are marked."""
    return "warn" if row["basis"] == "Assumption" else "good" if row["basis"] else None


def moved_words(levers: Levers, name: str, ask: Ask) -> str:
    """What a lever is moved to."""
    fmt = ask.fmt
    if name == "headcount":
        return f"{fmt.signed(levers.reps)} people after {fmt.plural(levers.reps_in, 'month')}, full after {fmt.number(levers.ramp)}"
    if name == "campaign":
        where = f" in {levers.campaign_on[1]}" if levers.campaign_on else ""
        return f"{fmt.signed(levers.campaign, 'ratio')} deals begun{where}, {fmt.plural(levers.campaign_months, 'month')}"
    if name in {"dropped", "pulled"}:
        return fmt.plural(len(getattr(levers, name)), "deal")
    told = fmt.signed(getattr(levers, name) - 1.0, "ratio")
    return f"{told}, {fmt.number(levers.price_effect)} % of chance for 1 %" if name == "price" and levers.price_effect else told


# The list and the form -------------------------------------------------------------------------------------------------


def listed(ask: Ask) -> dict[str, Any]:
    """All scenarios with what they assume, and which are compared."""
    chosen = {entry["id"] for entry in compared(ask)}
    rows = []
    for entry in store.scenarios(ask.serving.parts):
        levers = store.read_levers(entry["levers"])
        told = [f"{SHORT[name]} {moved_words(levers, name, ask)}" for name in levers.parts()]
        told += [f"actions: {len(entry['actions'])} assumed otherwise"] if entry["actions"] else []
        rows.append(
            {
                **entry,
                "words": "; ".join(told) or "nothing assumed yet",
                "chosen": entry["id"] in chosen,
                "edit": ask.here(edit=entry["id"]),
            }
        )
    kept = [(name, value) for name, values in ask.params.items() for value in values if name not in {"compare", "edit"}]
    return {"rows": rows, "kept": kept, "most": BESIDE}


SHORT = {
    **{name: label.lower() for name, label in SHARES.items()},
    "headcount": "people",
    "campaign": "campaign",
    "dropped": "dropped",
    "pulled": "pulled in",
}


def form(ask: Ask) -> dict[str, Any]:
    """The form, filled from the scenario that is changed."""
    found = ask.deals(scenarios.choices)
    if found["problem"]:
        raise Missing(found["problem"], hint=HINT, link=ask.link("/load"), link_text="Load data")
    edited = next((entry for entry in store.scenarios(ask.serving.parts) if entry["id"] == ask.one("edit")), None)
    levers = store.read_levers(edited["levers"] if edited else {})
    shares = [{"name": name, "label": label, "value": round((getattr(levers, name) - 1) * PERCENT, 2)} for name, label in SHARES.items()]
    deals = [
        {**row, "words": f"{row['opportunity_name'] or row['opportunity_id']}, {ask.fmt.money(row['value'])}"}
        for row in found["deals"].head(100).iter_rows(named=True)
    ]
    return {
        "edited": edited,
        "levers": levers,
        "shares": shares,
        "campaign": round(levers.campaign * PERCENT, 2),
        "on": ":".join(levers.campaign_on) if levers.campaign_on else "",
        "segments": {
            name.replace("_", " ").capitalize(): [(f"{name}:{value}", value) for value in values]
            for name, values in found["segments"].items()
        },
        "deals": deals,
        "pulled": dict(levers.pulled),
        "as_of": ask.as_of,
        "reps": found["reps"],
        "new": ask.here(edit=None) if edited else None,
    }
