"""Variables of the environment: a misspelt setting, and a Dagster home that cannot be used, are named."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nhs_assets.settings import OF_TESTS, Settings, SettingsError, refuse_unknown, refuse_unusable_home

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("NHS_ASSETS_DATADIR", "NHS_ASSETS_DATA_DIR"),
        ("NHS_ASSETS_AS_OF_FILE", "NHS_ASSETS_AS_OF_FILES"),
        ("nhs_assets_quary_rows", "NHS_ASSETS_QUERY_ROWS"),
    ],
)
def test_a_misspelt_setting_is_refused_with_the_nearest_name(name: str, meant: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is no setting. Did you mean {meant}?"):
        refuse_unknown({name: "1"})


def test_every_setting_and_the_variables_of_tests_are_known() -> None:
    names = [f"NHS_ASSETS_{name.upper()}" for name in Settings.model_fields]
    assert refuse_unknown(dict.fromkeys([*names, *OF_TESTS, "HOME"], "1")) is None


@pytest.mark.parametrize(
    ("home", "words"),
    [("~/dagster", "its ~"), ("dagster", "no absolute path"), ("/nowhere/at/all", "there is no folder")],
)
def test_a_dagster_home_that_cannot_be_used_is_named(home: str, words: str) -> None:
    with pytest.raises(SettingsError, match="DAGSTER_HOME") as refused:
        refuse_unusable_home({"DAGSTER_HOME": home})
    assert words in str(refused.value)
    assert home in str(refused.value)


def test_no_home_and_one_that_is_there_are_fine(tmp_path: Path) -> None:
    assert refuse_unusable_home({}) is None
    assert refuse_unusable_home({"DAGSTER_HOME": str(tmp_path)}) is None


@pytest.mark.parametrize("variable", [{"NHS_ASSETS_DATADIR": "x"}, {"DAGSTER_HOME": "x"}])
def test_every_command_says_so_in_one_line(variable: dict[str, str]) -> None:
    for command in ("tables", "doctor"):
        done = subprocess.run(
            [sys.executable, "-m", "nhs_assets.cli", command],
            env=os.environ | variable,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert next(iter(variable)) in done.stderr
