"""Settings: defaults, overrides, and errors that name the setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onelead.core.errors import SettingsError
from onelead.core.settings import Settings, load_settings

if TYPE_CHECKING:
    from pathlib import Path


def test_defaults_without_a_file(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "settings.toml") == Settings()
    assert Settings().prices.credit == 500


def test_a_file_overrides_and_changes_the_version(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[prices]\ncredit = 450.0\n")
    settings = load_settings(file)
    assert settings.prices.credit == 450
    assert settings.prices.price_book == Settings().prices.price_book
    assert settings.version != Settings().version


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[prices]\ncredits = 450.0\n", "prices.credits"),
        ("[load]\nmax_bad_share = 7\n", "load.max_bad_share"),
        ("[load\n", "not valid TOML"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=named):
        load_settings(file)


def test_the_version_is_that_of_the_values() -> None:
    assert Settings().version == Settings().version


def test_settings_of_the_server_change_no_answer(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[server]\nport = 9000\n")
    assert load_settings(file).server.port == 9000
    assert load_settings(file).version == Settings().version


def test_results_do_not_depend_on_who_looks_after_whom() -> None:
    plain = Settings()
    staffed = Settings.model_validate({"people": {"teams": {"Ines": ["Keiko"]}}})
    dearer = Settings.model_validate({"prices": {"credit": 400}})
    assert staffed.version != plain.version, "answers on the page do"
    assert staffed.results_version == plain.results_version != dearer.results_version
    assert Settings.model_validate({"server": {"port": 9000}}).version == plain.version
