"""Admin, as an administrator uses it: forms that keep what was written, conflicts told, versions, letters, a recompute."""

from __future__ import annotations

import html
import re
import time
import tomllib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

HX = {"HX-Request": "true"}


def words(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def version(client: TestClient, tab: str = "prices") -> str:
    return re.findall(r'name="version" value="([^"]+)"', client.get(f"/admin?tab={tab}").text)[0]


def post(client: TestClient, name: str, **fields: object) -> str:
    answer = client.post(f"/do/admin/{name}", data=fields, headers=HX)
    assert answer.status_code in {200, 204}, answer.text
    return answer.text


def test_every_setting_has_a_field_with_a_label(client: TestClient) -> None:
    from onelead.core.settings import Settings

    for section in Settings.model_fields:
        text = client.get(f"/admin?tab={section}").text
        for name in type(getattr(Settings(), section)).model_fields:
            path = f"{section}.{name}"
            assert f'name="{path}"' in text or f'name="{path}.key"' in text, path
            assert f'for="{path.replace(".", "-")}"' in text, path


def test_a_wrong_value_is_kept_in_the_form_with_its_problem(own_client: TestClient, own_workspace: Path) -> None:
    fields = {"section": "prices", "version": version(own_client), "prices.credit": "-5", "prices.spread": "0.3", "hx": "1"}
    text = post(own_client, "save", **fields)
    assert 'value="-5"' in text
    assert 'value="0.3"' in text, "what was right is not lost either"
    assert "greater than or equal to 0" in words(text)
    assert not (own_workspace / "settings.toml").exists()


def test_without_script_a_wrong_value_is_told_on_a_page(own_client: TestClient) -> None:
    answer = own_client.post("/do/admin/save", data={"section": "prices", "version": version(own_client), "prices.credit": "-5"})
    assert answer.status_code == 422
    assert "prices.credit" in words(answer.text)


def test_a_save_changes_numbers_marks_the_setting_and_asks_to_recompute(own_client: TestClient, own_workspace: Path) -> None:
    text = post(own_client, "save", section="prices", version=version(own_client), **{"prices.credit": "600"})
    assert "1 setting changed" in words(text)
    assert tomllib.loads((own_workspace / "settings.toml").read_text()) == {"prices": {"credit": 600.0}}
    assert "computed under other settings" in words(own_client.get("/admin").text)
    assert "$198" in words(
        own_client.get("/how/metric/unused_credit_value?rows=").text
        + own_client.get("/explore?source=metric:unused_credit_value&by=practice").text
    )
    back = post(own_client, "reset", section="prices", version=version(own_client), path="prices.credit")
    assert "setting changed" not in words(back)
    assert "computed under other settings" not in words(own_client.get("/admin").text)


def test_the_second_of_two_is_told_and_keeps_what_was_written(own_client: TestClient) -> None:
    seen = version(own_client)
    post(own_client, "save", section="prices", version=seen, **{"prices.credit": "600"})
    text = post(own_client, "save", section="metrics", version=seen, hx="1", **{"metrics.expiring_days": "90"})
    assert "changed since this form was opened" in words(text)
    assert 'value="90"' in text
    assert 'value="180"' in own_client.get("/admin?tab=metrics").text


def test_versions_can_be_gone_back_to(own_client: TestClient) -> None:
    assert "Nothing was changed here yet" in words(own_client.get("/admin?tab=versions").text)
    post(own_client, "save", section="prices", version=version(own_client), **{"prices.credit": "600"})
    said = words(own_client.get("/admin?tab=versions").text)
    assert "prices.credit 500 → 600" in said
    post(own_client, "roll-back", number="1", version=version(own_client, "versions"))
    assert 'value="500"' in own_client.get("/admin?tab=prices").text
    answer = own_client.post("/do/admin/roll-back", data={"number": "77", "version": "x"}, headers=HX)
    assert answer.status_code == 404


def test_a_table_is_saved_row_by_row(own_client: TestClient, own_workspace: Path) -> None:
    rows = {"prices.price_book.key": ["WLAN HW", "", "New & shiny"], "prices.price_book.value": ["1,300", "9", "10"]}
    post(own_client, "save", section="prices", version=version(own_client), **rows)
    assert tomllib.loads((own_workspace / "settings.toml").read_text())["prices"]["price_book"] == {"WLAN HW": 1300.0, "New & shiny": 10.0}
    assert 'value="New &amp; shiny"' in own_client.get("/admin?tab=prices").text


def test_a_letter_is_tried_refused_saved_and_reset(own_client: TestClient) -> None:
    page = own_client.get("/admin?tab=templates&template=critical_renewal_past").text
    assert "Filled from" in words(page)
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert found
    text = html.unescape(found.group(1))
    bad = post(own_client, "try", template="critical_renewal_past", text=text + "{{ colour }}")
    assert "asks for 'colour'" in words(bad)
    refused = own_client.post(
        "/do/admin/save-template", data={"template": "critical_renewal_past", "text": text + "{{ colour }}"}, headers=HX
    )
    assert refused.status_code == 422
    post(own_client, "save-template", template="critical_renewal_past", text=text.replace("Subject: ", "Subject: Ours, ", 1))
    assert "Ours, " in words(own_client.get("/admin?tab=templates&template=critical_renewal_past").text)
    post(own_client, "reset-template", template="critical_renewal_past")
    assert "Ours, " not in words(own_client.get("/admin?tab=templates&template=critical_renewal_past").text)


def test_what_a_letter_says_is_escaped(own_client: TestClient) -> None:
    text = post(own_client, "try", template="follow_up", text="Subject: x\n<script>alert(1)</script>")
    assert "<script>" not in text


def test_scorecards_are_listed_with_their_parts(client: TestClient) -> None:
    said = words(client.get("/admin?tab=scorecards").text)
    assert "install_base" in said
    assert "Product lifecycle 40%" in said


def test_a_recompute_is_begun_and_shown(own_client: TestClient) -> None:
    post(own_client, "save", section="prices", version=version(own_client), **{"prices.credit": "600"})
    answer = own_client.post("/do/admin/recompute", headers=HX)
    job = answer.headers["hx-redirect"]
    assert job.startswith("/load?job=")
    for _ in range(300):
        if "computed under other settings" not in words(own_client.get("/admin").text):
            break
        time.sleep(0.2)  # the job is a process of its own, which has models to learn
    else:
        pytest.fail("the results were not computed again")
