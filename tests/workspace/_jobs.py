"""What tests of jobs share: people, uploads of the small export, and what a job leaves behind."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from tests.workspace._exports import write_export

from onelead.core.viewer import Viewer

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Serving
    from onelead.workspace.jobs import Jobs
    from onelead.workspace.uploads import Upload


ANNA, BEN = Viewer(user="anna"), Viewer(user="ben")


LONG = 60


def uploads(directory: Path, **tables: Any) -> list[Upload]:
    """The small export as uploads: name and open stream."""
    return [(file.name, io.BytesIO(file.read_bytes())) for file in write_export(directory, **tables)]


def load(jobs: Jobs, files: list[Upload], viewer: Viewer = ANNA, **options: Any) -> str:
    """Load and confirm; the id of the job, which has ended."""
    job = jobs.start(viewer, files, **options)
    if jobs.wait(job, LONG, "preview") == "preview":
        jobs.confirm(viewer, job, accept_bad_rows=True)
    jobs.wait(job, LONG)
    return job


def snapshot(serving: Serving) -> int | None:
    stamp = serving.stamp()
    return stamp.publication if stamp else None


def left_behind(serving: Serving) -> list[str]:
    home = serving.parts.directory / "uploads"
    return sorted(entry.name for entry in home.iterdir()) if home.is_dir() else []
