"""The public face of the samples: names, options, places and their errors."""

from pathlib import Path

import pytest

from onelead.core.errors import UnknownNameError, UsageError
from onelead.samples import samples, write


def test_the_samples_of_this_release() -> None:
    assert set(samples()) >= {"august", "consolidated", "enterprise", "identity", "outcomes", "scale"}


def test_unknown_sample_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="august"):
        write("agust", tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("name", "out", "options", "told"),
    [
        ("august", "a.xlsx", {"accounts": 3}, "no option 'accounts'.*st_id"),
        ("consolidated", "a.xlsx", {"st_id": True}, "no option 'st_id'.*none"),
        ("august", "a.xlsx", {"st_id": 1}, "yes or no"),
        ("identity", "a.xlsx", {"accounts": True}, "a whole number"),
        ("identity", "a.xlsx", {"accounts": 1}, "at least 2"),
        ("august", "a.csv", {}, "a file that ends with .xlsx"),
        ("august", "directory", {}, "a file that ends with .xlsx"),
        ("scale", "a.xlsx", {}, "a directory"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path: Path, name: str, out: str, options: dict, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        write(name, tmp_path / out, **options)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("seed", "scale"), [(-1, 1), (1, 0)])
def test_seed_and_scale_have_a_range(tmp_path: Path, seed: int, scale: int) -> None:
    with pytest.raises(UsageError, match="whole number"):
        write("august", tmp_path / "a.xlsx", seed=seed, scale=scale)


def test_missing_directories_are_made(tmp_path: Path) -> None:
    assert write("identity", tmp_path / "deep" / "er" / "a.xlsx", accounts=5).files[0].exists()
