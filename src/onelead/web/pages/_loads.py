"""What the page of loads shows and does: the job at hand, the history, the templates to fill in."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from starlette.datastructures import UploadFile

from onelead.core.errors import ForbiddenError, UnknownNameError, UsageError
from onelead.web._page import Done
from onelead.web._render import render
from onelead.web.pages._load_preview import preview_tables
from onelead.workspace.file_templates import CANONICAL, empty_file, file_templates
from onelead.workspace.jobs import jobs_of
from onelead.workspace.rights import MANAGE_SNAPSHOTS, allowed

if TYPE_CHECKING:
    import polars as pl
    from starlette.datastructures import FormData

    from onelead.web._ask import Ask

STEPS = ("Choose files", "Read and check", "Confirm", "Publish", "Result")
AT = {"waiting": 2, "reading": 2, "password": 2, "preview": 3, "publishing": 4, "done": 5}
MOVING = ("waiting", "reading", "publishing")
SHOWN = 12
WORDS = {
    "waiting": ("Waits for its turn", "unknown"),
    "reading": ("Reading", "info"),
    "password": ("Needs a password", "warn"),
    "preview": ("Waits to be confirmed", "warn"),
    "publishing": ("Publishing", "info"),
    "done": ("Published", "good"),
    "failed": ("Not loaded", "crit"),
    "cancelled": ("Cancelled", "unknown"),
    "interrupted": ("Interrupted", "warn"),
}
NOTHING: dict[str, Any] = {"changed": False, "snapshot": None, "rows": {}, "quarantined": 0, "notes": []}
"""What a job that has no result yet has to show."""
WHY = {
    "named": "the date that was named with the files",
    "files": "the newest export date in the files",
    "kept": "the newest export date of the projects that stay published; the files name none",
    "today": "today, because the files name no export date",
}
"""Why a new snapshot gets the date that it gets."""
LAYOUTS = {
    "data_export": "DataExport",
    "data_export_st_id": "DataExport with ST ID",
    "consolidated": "Consolidated workbook",
    "canonical": "One file a table",
}
KINDS = {"load": "Files", "refresh": "Refresh", "sample": "Sample"}


def shown_job(ask: Ask) -> dict[str, Any] | None:
    """The job that the address names, else the one that runs; None where there is neither."""
    jobs = jobs_of(ask.serving)
    wanted = ask.one("job")
    if wanted is None:
        running = jobs.active(ask.everyone)
        return jobs.progress(ask.everyone, running["id"]) if running else None
    try:
        return jobs.progress(ask.everyone, wanted)
    except UnknownNameError:
        return None


def job_data(ask: Ask) -> dict[str, Any]:
    """The job at hand with its preview; for the panel and for each look at its progress."""
    job = shown_job(ask)
    if job:
        job = {**job, "result": {**NOTHING, **job["result"]}}
    preview = jobs_of(ask.serving).preview(ask.everyone, job["id"]) if job and job["state"] == "preview" else None
    return {
        "job": job,
        "preview": preview,
        "tables": preview_tables(preview, ask) if preview else {},
        "steps": STEPS,
        "at": AT.get(job["state"], 0) if job else 1,
        "moving": bool(job and job["state"] in MOVING),
        "words": WORDS,
        "known": ask.one("job") is None or job is not None,
        "published": date.fromisoformat(job["result"]["as_of"]) if job and job["result"].get("as_of") else None,
        "day": date.fromisoformat(preview["day"]) if preview and preview["day"] else ask.serving.parts.today(),
        "why": WHY.get(preview["why"], "") if preview else "",
        "layouts": LAYOUTS,
        "said": _said(job) if job else "",
        "ended": _ended(job) if job else "",
    }


def _said(job: dict[str, Any]) -> str:
    """What a screen reader hears of the job: one line, drawn anew with each look at it."""
    if job["state"] not in MOVING:
        return WORDS[job["state"]][0]
    step = f", step {job['step']} of {job['of']}" if job["step"] else ""
    return f"{job['text'] or WORDS[job['state']][0]}{step}"


def _ended(job: dict[str, Any]) -> str:
    """One sentence for a job that somebody ended, or that nobody confirmed in time."""
    words = (job["error"] or {}).get("message") or "Cancelled."
    return "The load was cancelled: nothing was changed." if words == "Cancelled." else f"{words.rstrip('.')}: nothing was changed."


def loader(ask: Ask) -> dict[str, Any]:
    """Data of the panel that takes files and shows the job at hand."""
    try:
        data = job_data(ask)
        running = jobs_of(ask.serving).active(ask.everyone)
    except ForbiddenError as error:
        return {"may": False, "error": error, "job": None, "empty": ask.stamp is None, "other": None}
    other = running if running and (data["job"] is None or running["id"] != data["job"]["id"]) else None
    return {**data, "may": True, "empty": ask.stamp is None, "other": other}


def job_fragment(ask: Ask) -> str:
    """The job at hand, drawn again."""
    return render("panels/load_job.html", data=job_data(ask), ask=ask, fmt=ask.fmt, live=True)


def watch_fragment(ask: Ask) -> str:
    """Whether a job that waits for a person still waits: another may have confirmed or cancelled it."""
    return render("panels/load_watch.html", job=shown_job(ask), seen=ask.one("state") or "", ask=ask)


def history(ask: Ask) -> dict[str, Any]:
    """The newest jobs, with what can be undone."""
    jobs = jobs_of(ask.serving)
    current = ask.serving.parts.store.current()
    undo = allowed(ask.everyone, MANAGE_SNAPSHOTS)
    try:
        records = jobs.jobs(ask.everyone)
    except ForbiddenError:
        records = []
    lines = [_line(record, ask, undo=undo and current is not None and record["result"].get("snapshot") == current.id) for record in records]
    return {"lines": lines[:SHOWN], "more": len(lines) - SHOWN}


def _line(record: dict[str, Any], ask: Ask, *, undo: bool) -> dict[str, Any]:
    words, status = WORDS[record["state"]]
    result = {**NOTHING, **record["result"]}
    unchanged = record["state"] == "done" and not result.get("changed")
    return {
        **record,
        "result": result,
        "at": datetime.fromisoformat(record["created_at"]),
        "title": ", ".join(record["files"]) or KINDS[record["kind"]],
        "kind_label": KINDS[record["kind"]],
        "words": "Nothing changed" if unchanged else words,
        "status": "unknown" if unchanged else status,
        "total": sum(result.get("rows", {}).values()) or None,
        "link": ask.link("/load", job=record["id"]),
        "undo": undo and not unchanged and record["before"] is not None,
    }


def templates(ask: Ask) -> dict[str, Any]:
    """The files to fill in, canonical tables first."""
    every = file_templates()
    return {
        "canonical": [found for found in every if found.layout == CANONICAL],
        "sheets": [found for found in every if found.layout != CANONICAL],
        "address": lambda template, kind: f"/export/load/templates.{kind}?template={template.id}",
        "ask": ask,
    }


def template_rows(ask: Ask) -> pl.DataFrame:
    """The headers of the template that the address names."""
    return empty_file(ask.one("template") or f"{CANONICAL}.assets")


# What people do --------------------------------------------------------------------------------------------------------------


def upload(ask: Ask, form: FormData) -> Done:
    """Take the files and begin to read them."""
    files = [found for found in form.getlist("files") if isinstance(found, UploadFile) and found.filename]
    if not files:
        raise UsageError("No file was chosen.", hint="Choose one or more files, or drop them on the page.")
    job = jobs_of(ask.serving).start(
        ask.everyone,
        [(found.filename or "file", found.file) for found in files],
        password=_text(form, "password"),
        as_of=_day(form, "as_of"),
    )
    return _to(ask, job)


def sample(ask: Ask, form: FormData) -> Done:
    """Load the sample."""
    del form
    return _to(ask, jobs_of(ask.serving).sample(ask.everyone))


def refresh(ask: Ask, form: FormData) -> Done:
    """Compute again."""
    del form
    return _to(ask, jobs_of(ask.serving).refresh(ask.everyone))


def confirm(ask: Ask, form: FormData) -> Done:
    """Publish what was previewed."""
    job = _job(form)
    jobs_of(ask.serving).confirm(ask.everyone, job, accept_bad_rows=form.get("accept_bad_rows") == "yes", as_of=_day(form, "as_of"))
    return _to(ask, job)


def give_password(ask: Ask, form: FormData) -> Done:
    """Read again with a password."""
    job = _job(form)
    jobs_of(ask.serving).give_password(ask.everyone, job, str(form.get("password") or ""))
    return _to(ask, job)


def cancel(ask: Ask, form: FormData) -> Done:
    """End the job."""
    job = _job(form)
    jobs_of(ask.serving).cancel(ask.everyone, job)
    return _to(ask, job)


def undo(ask: Ask, form: FormData) -> Done:
    """Go back to the snapshot before a load."""
    found = jobs_of(ask.serving).undo(ask.everyone, _job(form))
    return Done(f"Readers see snapshot {found.id:04d} again.", to=ask.link("/load"))


POSTS = {
    "upload": upload,
    "sample": sample,
    "refresh": refresh,
    "confirm": confirm,
    "password": give_password,
    "cancel": cancel,
    "undo": undo,
}


def _to(ask: Ask, job: str) -> Done:
    return Done(to=ask.link("/load", job=job, as_of=None, snapshot=None))


def _job(form: FormData) -> str:
    return str(form.get("job") or "")


def _text(form: FormData, name: str) -> str | None:
    return str(form.get(name) or "") or None


def _day(form: FormData, name: str) -> date | None:
    text = _text(form, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"The date {text!r} cannot be read.", hint="Write it as 2024-09-04.") from None
