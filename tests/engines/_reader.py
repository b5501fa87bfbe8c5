"""A program that the reader test runs: read the published pair again and again until a file appears; says how often."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from onelead.engines import Engine, open_current, open_engine
from onelead.store import Store, records_url


def read(engine: Engine, store: Store, seen: list[int]) -> None:
    """One look at the published pair: its stamps must agree, before and after a pause in which layers are dropped."""
    opened = open_current(store.current, engine)
    if opened is None:
        return
    snapshot, publication = opened
    facts, scores = snapshot.table("facts"), snapshot.table("scores")
    joined = facts.join(scores, ["row", "stamp", "check", "text"])
    stamps = {
        int(publication.settings_version),
        *snapshot.frame("facts", ["stamp"])["stamp"],
        *snapshot.frame("scores", ["stamp"])["stamp"],
        *snapshot.execute(joined.select("stamp").distinct())["stamp"],
    }
    if len(stamps) != 1 or snapshot.execute(joined.count().as_table()).item() != snapshot.frame("facts", ["row"]).height:
        raise AssertionError(f"mixed state: {stamps}")
    seen.append(stamps.pop())
    snapshot.close()


def run(url: str | None, directory: Path, stop: Path, threads: int) -> int:
    failures: list[BaseException] = []
    seen: list[int] = []

    def loop() -> None:
        engine, store = open_engine(url, directory), Store(records_url(url, directory))
        last = 0
        try:
            while not stop.exists():
                mine: list[int] = []
                read(engine, store, mine)
                assert not mine or mine[0] >= last, f"went back from {last} to {mine[0]}"
                last = mine[0] if mine else last
                seen.extend(mine)
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            store.close()
            engine.close()

    workers = [threading.Thread(target=loop) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(len(seen), len(set(seen)), flush=True)  # noqa: T201 - the test reads it
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1] or None, Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])))
