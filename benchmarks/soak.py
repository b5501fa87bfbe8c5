"""``make soak``: the long tests in full, their result recorded in benchmarks/soak.json."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from datetime import UTC, datetime

from benchmarks._harness import ROOT

FILE = ROOT / "benchmarks" / "soak.json"


def main() -> None:
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-m", "soak", "-v", "-n", "2"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    print(done.stdout[-5000:])
    passed = re.findall(r"(\d+) (passed|failed|skipped|error)", done.stdout.splitlines()[-1] if done.stdout else "")
    record = {
        "at": f"{datetime.now(UTC):%Y-%m-%d}",
        "seconds": round(time.perf_counter() - start),
        "result": {word: int(count) for count, word in passed},
        "tests": sorted(set(re.findall(r"PASSED (tests\S+)", done.stdout))),
    }
    FILE.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
