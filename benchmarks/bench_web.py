"""The screens and the API beside a Streamlit page with the same content on the same workspace, in one run.

Measured: the first chart in Chromium (cold: a new profile, the server up; warm: the same profile again) with the bytes it took; page views a second at
saturation (ours: the HTML with its data; Streamlit's: a whole session over its websocket until its script ended); latency of the mixed script of
``_web_script`` at 200 requests a second for a minute, by kind, once with a warm cache (after one pass over all requests) and once with one request in
``RARE_EVERY`` under a filter never seen before, whose latencies are counted apart. The load generator runs on the same machine.

    python -m benchmarks web                      all of it, recorded
    python -m benchmarks.bench_web --short [WS]   a try in about a minute, printed only; WS is a loaded workspace to copy instead of samples
    python -m benchmarks.bench_web --mixed WS     the mixed script alone at its full rate for 20 s each, printed only: to compare two states of the code
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._harness import Record
from benchmarks._web_browser import first_charts, median
from benchmarks._web_script import filters, items, once_each
from benchmarks._web_servers import BENCH_PYTHON, copied, load, make_workspace, ours, sessions, settled, twin

if TYPE_CHECKING:
    from benchmarks._web_browser import View
    from benchmarks._web_servers import Server

COMMAND = "python -m benchmarks web"
TARGETS = {"cold": 1.0, "warm": 0.5}
FASTER, MORE_VIEWS = 1 / 3, 30
WARM_MS, NEW_MS = 100, 400


@dataclass(frozen=True)
class Scope:
    """How much is measured."""

    opened: int = 3
    seconds: float = 60
    saturated: float = 8
    rate: float = 200
    rare_every: int = 40
    """One request in so many is under a filter never seen: at 200 a second 5 of them a second."""
    connections: int = 32
    assets: int = 1_000_000


SHORT = Scope(opened=1, seconds=6, saturated=3, rate=50, connections=16, assets=20_000)


def records(scope: Scope = Scope(), given: Path | None = None) -> list[Record]:
    """Both samples, then one by one; ``given`` is a loaded workspace that stands for both."""
    out: list[Record] = []
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        small = copied(given, home) if given else make_workspace(home, "consolidated")
        out += _beside(small, "consolidated", scope)
        out += _mixed(small, "consolidated", scope)
        if given is None:
            big = make_workspace(home, "scale", "--assets", str(scope.assets))
            label = "1m" if scope.assets == Scope.assets else f"{scope.assets // 1000}k"
            out += _beside(big, label, scope)
            out += _mixed(big, label, scope)
    return out


def _beside(workspace: Path, label: str, scope: Scope) -> list[Record]:
    with ours(workspace) as mine, twin(workspace) as theirs:
        load(mine, [("page", mine.page)], mode="once", connections=1)
        settled(mine)
        charts = first_charts({"ours": mine, "twin": theirs}, scope.opened)
        views = _views(mine, theirs, label, scope)
    return [*_charts(charts, label), views]


def _charts(found: dict[str, dict[str, list[View]]], label: str) -> list[Record]:
    version = _streamlit()
    out = []
    for state, limit in TARGETS.items():
        mine, theirs = found["ours"][state], found["twin"][state]
        ratios = [one.seconds / other.seconds for one, other in zip(mine, theirs, strict=True)]
        out.append(
            Record(
                f"web.{label}.first_chart.{state}",
                round(median(mine), 3),
                "s",
                version,
                round(median(theirs), 3),
                round(median(mine) / median(theirs), 3),
                f"<= {limit} s and ratio <= {FASTER:.2f}",
                (round(min(ratios), 3), round(max(ratios), 3)),
                COMMAND,
            )
        )
        size, their_size = max(view.bytes for view in mine), max(view.bytes for view in theirs)
        ratio = round(size / their_size, 3) if their_size else None
        out.append(Record(f"web.{label}.bytes.{state}", size / 1000, "kB", version, their_size / 1000, ratio, None, None, COMMAND))
    return out


def _views(mine: Server, theirs: Server, label: str, scope: Scope) -> Record:
    """Each at its own best number of connections, tried in turn; the other server idles."""
    rates, their_rates = [], []
    for connections in (scope.connections // 2, scope.connections):
        found = load(mine, [("page", mine.page)], mode="closed", connections=connections, seconds=scope.saturated)
        rates.append(found["answered"] / found["seconds"])
    for connections in (2, 8):
        held = sessions(theirs, scope.saturated, connections)
        their_rates.append(held["views"] / held["seconds"])
    best, their_best = max(rates), max(their_rates)
    return Record(
        f"web.{label}.page_views",
        round(best, 1),
        "1/s",
        f"{_streamlit()}, whole sessions",
        round(their_best, 2),
        round(best / their_best, 1),
        f"ratio >= {MORE_VIEWS}",
        (round(min(rates), 1), round(best, 1)),
        COMMAND,
    )


def _mixed(workspace: Path, label: str, scope: Scope) -> list[Record]:
    """Warm, and with some filters never seen; a new server, so that the comparison before leaves nothing behind."""
    thirty, others = filters(workspace)
    script = items(thirty)
    fresh = once_each(others, script)
    plan: dict[str, Any] = {"mode": "open", "connections": scope.connections * 2, "seconds": scope.seconds, "rate": scope.rate}
    with ours(workspace) as mine:
        load(mine, sorted(set(script)), mode="once", connections=2)
        settled(mine)
        warm = load(mine, script, **plan, seed=1)
        new = load(mine, script, **plan, seed=2, rare=fresh, rare_every=scope.rare_every)
    at = f"at {scope.rate:g}/s"
    out = [_latency(f"web.{label}.warm.{kind}", warm, (kind,), at, WARM_MS) for kind in ("page", "section", "api")]
    out.append(_latency(f"web.{label}.warm", warm, ("page", "section", "api"), at, WARM_MS))
    share = f"{at}, of which {scope.rate / scope.rare_every:g}/s under filters never seen"
    out += [_latency(f"web.{label}.new.{kind}", new, (f"new {kind}",), share, NEW_MS) for kind in ("page", "section", "api")]
    out.append(_latency(f"web.{label}.new", new, ("new page", "new section", "new api"), share, NEW_MS))
    out.append(_latency(f"web.{label}.beside_new", new, ("page", "section", "api"), f"known requests {share}", None))
    return out


def _mixed_alone(given: Path) -> list[Record]:
    with tempfile.TemporaryDirectory() as name:
        return _mixed(copied(given, Path(name)), given.name, Scope(seconds=20))


def _latency(record_id: str, found: dict[str, Any], kinds: tuple[str, ...], what: str, limit: int | None) -> Record:
    """The 95th percentile in milliseconds; the spread is from the median to the largest."""
    measured = sorted(one for kind in kinds for one in found["latencies"].get(kind, []))
    if not measured:
        return Record(f"{record_id}.p95", None, "ms", None, None, None, None, None, COMMAND)
    p50, p95 = (1000 * measured[min(int(len(measured) * part), len(measured) - 1)] for part in (0.5, 0.95))
    target = None if limit is None else f"<= {limit} ms"
    unit = f"ms, p95 of {len(measured)} {what}; spread: p50 to largest"
    return Record(
        f"{record_id}.p95", round(p95, 1), unit, None, None, None, target, (round(p50, 1), round(1000 * measured[-1], 1)), COMMAND
    )


def _streamlit() -> str:
    found = sorted((BENCH_PYTHON.parents[1] / "lib").glob("python3*/site-packages/streamlit-*.dist-info"))
    return f"Streamlit {found[-1].name.removeprefix('streamlit-').removesuffix('.dist-info')}" if found else "Streamlit"


def main() -> None:
    words = sys.argv[1:]
    given = next((Path(word) for word in words if not word.startswith("--")), None)
    for record in _mixed_alone(given) if given and "--mixed" in words else records(SHORT if "--short" in words else Scope(), given):
        sys.stdout.write(
            f"{record.id}: {record.value} {record.unit}, baseline {record.baseline_value}, ratio {record.ratio}, {record.spread} ({record.target})\n"
        )


if __name__ == "__main__":
    main()
