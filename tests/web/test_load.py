"""The page of loads: a file from the drop zone to the result, what is asked of a person, what is refused, what can be taken back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.workspace._exports import ASSETS, write_export

from onelead.core.viewer import LOCAL_ADMIN
from onelead.tables import canonical_tables
from onelead.web import site
from onelead.workspace import serve_workspace
from onelead.workspace.jobs import Jobs, jobs_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Serving

LONG = 60


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """An empty served workspace."""
    opened = serve_workspace(tmp_path / "ws")
    yield opened
    jobs_of(opened).close()
    opened.close()


@pytest.fixture
def reader(serving: Serving) -> TestClient:
    app = FastAPI()
    app.include_router(site(serving))
    return TestClient(app, follow_redirects=False)


@pytest.fixture
def jobs(serving: Serving) -> Jobs:
    return jobs_of(serving)


def send(reader: TestClient, files: list[Path], **fields: str) -> str:
    """Hand files over as the plain form does; the id of the job."""
    parts = [("files", (file.name, file.read_bytes())) for file in files]
    answer = reader.post("/do/load/upload", files=parts, data=fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("job=")[2]


def publish(reader: TestClient, jobs: Jobs, files: list[Path], **fields: str) -> str:
    job = send(reader, files)
    jobs.wait(job, LONG, "preview")
    reader.post("/do/load/confirm", data={"job": job, **fields})
    assert jobs.wait(job, LONG) == "done"
    return job


def words(html: str) -> str:
    """What a reader sees, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_an_empty_workspace_offers_one_drop_zone_and_the_sample(reader: TestClient) -> None:
    page = reader.get("/load").text
    assert page.count('enctype="multipart/form-data"') == 1
    assert "Load your first file" in page
    assert "Load the sample" in page
    assert "What happens to a file" in page
    other = reader.get("/data-insights").text
    assert "Load your first file" in other
    assert "pages/load.css" in other
    assert "pages/load.js" in other


def test_a_file_goes_from_the_form_to_the_result(reader: TestClient, jobs: Jobs, tmp_path: Path) -> None:
    job = send(reader, write_export(tmp_path / "a"))
    jobs.wait(job, LONG, "preview")
    page = words(reader.get(f"/load?job={job}").text)
    assert "Waits to be confirmed" in page
    assert re.search(r"Installed base assets\.csv › assets 3 0 —", page)
    assert "30 Jun 2024" in page
    assert "as of 30 Jun 2024 , the newest export date in the files" in page
    assert "data export" not in page
    answer = reader.post("/do/load/confirm", data={"job": job})
    assert answer.headers["location"] == f"/load?job={job}"
    jobs.wait(job, LONG)
    page = reader.get(f"/load?job={job}").text
    assert "Snapshot 0001 is published as of 30 Jun 2024" in words(page)
    assert 'href="/action-required"' in page


def test_the_next_preview_shows_what_is_published_now(reader: TestClient, jobs: Jobs, tmp_path: Path) -> None:
    publish(reader, jobs, write_export(tmp_path / "a"))
    job = send(reader, write_export(tmp_path / "b", assets=ASSETS[:2]))
    jobs.wait(job, LONG, "preview")
    assert "assets.csv › assets 2 0 3" in words(reader.get("/load").text), "the running job is shown without being named"


def test_too_many_bad_rows_are_shown_and_need_a_tick(reader: TestClient, jobs: Jobs, tmp_path: Path) -> None:
    bad = [{**ASSETS[0], "end_of_life_date": "32/13/2024"}, *ASSETS[1:]]
    job = send(reader, write_export(tmp_path / "a", assets=bad))
    jobs.wait(job, LONG, "preview")
    page = reader.get(f"/load?job={job}").text
    assert "33.3 %" in page
    assert 'name="accept_bad_rows"' in page
    assert "32/13/2024" in page
    assert reader.post("/do/load/confirm", data={"job": job}).status_code == 422
    assert jobs.job(LOCAL_ADMIN, job)["state"] == "preview"
    reader.post("/do/load/confirm", data={"job": job, "accept_bad_rows": "yes"})
    assert jobs.wait(job, LONG) == "done"
    assert "1 problem in quarantine" in words(reader.get(f"/load?job={job}").text)


def test_the_progress_is_asked_for_only_while_something_moves(reader: TestClient, jobs: Jobs, tmp_path: Path) -> None:
    job = send(reader, write_export(tmp_path / "a"))
    jobs.wait(job, LONG, "preview")
    piece = reader.get(f"/f/load/job?job={job}", headers={"HX-Request": "true"}).text
    assert "hx-trigger" not in piece.split("<section")[0], "a job that waits for a person is not polled"
    assert f'data-go="/load?job={job}"' in piece, "the page is drawn again, because its history changed"
    watched = reader.get(f"/f/load/watch?job={job}&state=preview", headers={"HX-Request": "true"}).text
    assert "every 3s" in watched
    jobs.cancel(LOCAL_ADMIN, job)
    jobs.wait(job, LONG)
    watched = reader.get(f"/f/load/watch?job={job}&state=preview", headers={"HX-Request": "true"}).text
    assert 'hx-target="#job"' in watched


def test_cancel_says_that_nothing_changed(reader: TestClient, jobs: Jobs, tmp_path: Path, serving: Serving) -> None:
    job = send(reader, write_export(tmp_path / "a"))
    jobs.wait(job, LONG, "preview")
    reader.post("/do/load/cancel", data={"job": job})
    assert jobs.wait(job, LONG) == "cancelled"
    page = words(reader.get(f"/load?job={job}").text)
    assert "The load was cancelled: nothing was changed." in page
    assert "cancelled:" not in page.replace("The load was cancelled:", "", 1), "one sentence says it"
    assert "<code" not in reader.get(f"/load?job={job}").text.split("Loads</h2>")[0]
    assert serving.stamp() is None


def test_a_file_that_is_no_table_is_refused_in_words(reader: TestClient, jobs: Jobs, tmp_path: Path) -> None:
    file = tmp_path / "notes.pdf"
    file.write_bytes(b"%PDF-1.7 nothing")
    job = send(reader, [file])
    jobs.wait(job, LONG)
    page = words(reader.get(f"/load?job={job}").text)
    assert "this is a PDF document, not a table" in page
    assert "Export the data as .xlsx or .csv" in page


def test_what_a_file_is_named_cannot_break_the_page(reader: TestClient, jobs: Jobs) -> None:
    answer = reader.post("/do/load/upload", files=[("files", ("R&D <b>plan.csv", b"a,b\n1,2\n"))])
    job = answer.headers["location"].partition("job=")[2]
    jobs.wait(job, LONG)
    page = reader.get(f"/load?job={job}").text
    assert "<b>plan" not in page
    assert "R&amp;D bplan.csv" in page


def test_a_form_without_files_or_with_a_bad_date_is_refused(reader: TestClient, tmp_path: Path) -> None:
    assert reader.post("/do/load/upload", files=[("files", ("", b""))]).status_code == 422
    file = write_export(tmp_path / "a")[0]
    answer = reader.post("/do/load/upload", files=[("files", (file.name, file.read_bytes()))], data={"as_of": "yesterday"})
    assert answer.status_code == 422
    assert "2024-09-04" in answer.text


def test_undo_goes_back_and_is_offered_for_the_newest_only(reader: TestClient, jobs: Jobs, tmp_path: Path, serving: Serving) -> None:
    first = publish(reader, jobs, write_export(tmp_path / "a"))
    second = publish(reader, jobs, write_export(tmp_path / "b", assets=ASSETS[:2]))
    page = reader.get("/load").text
    assert page.count("/do/load/undo") == 1
    assert f'value="{second}"' in page
    assert first in page
    reader.post("/do/load/undo", data={"job": second})
    stamp = serving.stamp()
    assert stamp is not None
    assert stamp.publication == 1
    assert "/do/load/undo" not in reader.get("/load").text


def test_a_job_that_nobody_knows_is_told(reader: TestClient) -> None:
    page = reader.get("/load?job=beef")
    assert page.status_code == 200
    assert "not remembered any more" in page.text


@pytest.mark.parametrize(("template", "header"), [("canonical.assets", "asset_id"), ("DataExport.install_base", "Serial_Number_Id")])
def test_files_to_fill_in_hold_the_headers_and_no_rows(reader: TestClient, tmp_path: Path, template: str, header: str) -> None:
    answer = reader.get(f"/export/load/templates.csv?template={template}")
    assert answer.status_code == 200, "also while nothing is loaded"
    file = tmp_path / "t.csv"
    file.write_bytes(answer.content)
    frame = pl.read_csv(file)
    assert header in frame.columns
    assert frame.is_empty()
    assert reader.get(f"/export/load/templates.xlsx?template={template}").content[:2] == b"PK"
    assert reader.get("/export/load/templates.csv?template=nothing").status_code == 404


def test_every_template_of_the_page_can_be_had(reader: TestClient) -> None:
    links = re.findall(r'href="(/export/load/templates[^"]+)"', reader.get("/load").text)
    assert len(links) > len([table for table in canonical_tables().values() if table.layer == "base"])
    for link in links:
        assert reader.get(link.replace("&amp;", "&")).status_code == 200, link


def test_a_filled_in_template_can_be_loaded(reader: TestClient, jobs: Jobs, tmp_path: Path) -> None:
    body = reader.get("/export/load/templates.csv?template=canonical.opportunities").text.lstrip("\ufeff").strip().replace('"', "")
    values = {"opportunity_id": "O-1", "opportunity_name": "Refresh", "account_name": "Alder Foods"}
    file = tmp_path / "mine.csv"
    file.write_text(body + "\n" + ",".join(values.get(name, "") for name in body.split(",")) + "\n", encoding="utf-8")
    job = publish(reader, jobs, [file])
    assert jobs.job(LOCAL_ADMIN, job)["result"]["rows"] == {"opportunities": 1}


def test_the_sample_loads_with_one_click(reader: TestClient, jobs: Jobs) -> None:
    answer = reader.post("/do/load/sample")
    job = answer.headers["location"].partition("job=")[2]
    assert jobs.wait(job, LONG) == "done"
    page = words(reader.get(f"/load?job={job}").text)
    assert "63 assets, 98 opportunities, 2,394 projects" in page
    assert reader.post("/do/load/sample").status_code == 422


def test_the_preview_names_today_where_the_files_name_no_date_and_takes_another(reader: TestClient, jobs: Jobs, tmp_path: Path) -> None:
    file = tmp_path / "opportunities.csv"
    pl.DataFrame(
        {
            "opportunity_id": ["o1", "o1", "o2"],
            "opportunity_name": ["A", "A", "B"],
            "account_name": ["X Ltd"] * 3,
            "territory_id": ["56088"] * 3,
        }
    ).write_csv(file)
    job = send(reader, [file])
    jobs.wait(job, LONG, "preview")
    page = reader.get(f"/load?job={job}").text
    assert "today, because the files name no export date" in words(page)
    assert "3 rows, 2 opportunities: 1 row repeats an id" in words(page)
    assert 'enctype="multipart/form-data"' in page, "the drop zone stays reachable"
    assert "files handed over now wait" in page
    reader.post("/do/load/confirm", data={"job": job, "as_of": "2024-09-04"})
    assert jobs.wait(job, LONG) == "done"
    page = words(reader.get(f"/load?job={job}").text)
    assert "published as of 4 Sep 2024" in page
    assert "3 rows, 2 opportunities: 1 row repeats an id" in page
