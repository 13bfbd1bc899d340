"""Every path and limit, from ``NHS_ASSETS_*`` variables with safe defaults."""

import difflib
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "NHS_ASSETS_"
OF_TESTS = ("NHS_ASSETS_SAMPLES", "NHS_ASSETS_SCREENSHOTS")
"""Variables that only tests read."""

PROJECT_ROOT = Path(__file__).resolve().parent.parent


class SettingsError(ValueError):
    """The environment sets what is no setting, or what cannot be used."""


class Settings(BaseSettings):
    """Where things are and how much of the machine a refresh may use.

    Each field is read from the variable of its name with the prefix ``NHS_ASSETS_``: ``data_dir`` from
    ``NHS_ASSETS_DATA_DIR``.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    seeds_dir: Path = Field(PROJECT_ROOT / "seeds", description="Seed files with their origin files.")
    sql_dir: Path = Field(PROJECT_ROOT / "sql", description="One SELECT per table, and the checks.")
    data_dir: Path = Field(PROJECT_ROOT / "data", description="Everything the project writes.")
    duckdb_memory_limit: str = Field(
        "2GB", pattern=r"^\d+(\.\d+)?\s?[KMGT]i?B$", description="Memory limit of one SELECT."
    )
    duckdb_threads: int = Field(2, ge=1, le=256, description="Threads of one SELECT.")
    preview_rows: int = Field(8, ge=1, le=100, description="Rows of a table shown in the Dagster UI.")
    runs_kept: int = Field(20, ge=1, description="Staged runs kept for inspection.")
    publisher_file_mb: int = Field(300, ge=1, description="Largest publisher's file, in MB.")
    publisher_unpacked_mb: int = Field(1000, ge=1, description="Largest unpacked size of one, in MB.")
    publisher_members: int = Field(200, ge=1, description="Most files in one release or workbook.")
    publisher_line_chars: int = Field(100_000, ge=1000, description="Longest line of a CSV, in characters.")
    publisher_cells: int = Field(200_000, ge=1000, description="Most cells in one sheet of a workbook.")
    publisher_seconds: float = Field(
        60, gt=0, description="Longest time to read one; after that it waits in the inbox."
    )
    publisher_set_aside_pct: int = Field(
        5, ge=0, le=50, description="Per cent of rows that may be quarantined before the file is rejected."
    )
    versions_kept: int = Field(
        5, ge=2, description="Published versions kept: the current one, and one for readers who have just opened it."
    )
    export_formats: str = Field(
        "parquet csv excel report",
        pattern=r"^((parquet|csv|excel|report)( (parquet|csv|excel|report))*)?$",
        description="What is published beside the database: tables as parquet, csv and excel, and the report.",
    )
    as_of_files: bool = Field(
        True, description="Whether a refresh writes published/as_of; without, answers as of a day are built when asked."
    )
    workbook_rows: int = Field(
        1000, ge=0, le=1_048_575, description="Rows of the longest table that gets a sheet in the workbook."
    )
    input_mb: int = Field(32, ge=1, le=4096, description="Largest input file, in MB.")
    input_rows: int = Field(500_000, ge=1, description="Most rows in one input file.")
    query_seconds: int = Field(60, ge=1, le=86_400, description="Longest time of one query.")
    query_rows: int = Field(1_000_000, ge=1, description="Most rows of one answer.")
    history_runs: int = Field(500, ge=1, description="Finished runs whose history is kept.")
    history_days: int = Field(90, ge=1, description="Days for which the history of a finished run is kept.")
    reports_days: int = Field(90, ge=1, description="Days for which failure and quarantine reports are kept.")
    inbox_dir: Path | None = Field(
        None, description="Where publishers' files are dropped; by default inbox in the data folder."
    )
    inbox_settle_seconds: float = Field(
        2, ge=0, le=60, description="Time between two polls of a dropped file; it must not change meanwhile."
    )
    fetch: bool = Field(False, description="Whether the sources of seeds/fetch/sources.yml are downloaded.")
    fetch_attempts: int = Field(4, ge=1, le=10, description="Attempts per download.")
    fetch_backoff_seconds: float = Field(1, ge=0, le=60, description="First wait between two attempts; it doubles.")
    fetch_wait_seconds: float = Field(
        60, ge=0, le=3600, description="Longest wait; a server that asks for more is contacted another day."
    )
    fetch_total_seconds: float = Field(300, gt=0, le=3600, description="Longest time for one source, waits included.")
    fetch_stall_seconds: float = Field(30, gt=0, le=300, description="Longest silence of a server.")
    fetch_mb: int = Field(
        200, ge=1, description="Largest download, in MB; NHS_ASSETS_PUBLISHER_FILE_MB limits it unpacked."
    )
    fetch_redirects: int = Field(5, ge=0, le=20, description="Most redirects followed.")
    fetch_from_loopback: bool = Field(False, description="For tests only: allow http from this machine.")
    alert_urls: SecretStr | None = Field(
        None, description="Addresses that alerts are sent to, separated by spaces; secret."
    )

    @field_validator("seeds_dir", "sql_dir", "data_dir", mode="before")
    @classmethod
    def _is_somewhere(cls, value: object) -> object:
        if value == "":  # which would be the folder that the command happens to be called in
            raise ValueError("is empty, and no folder")
        return value

    @property
    def formats(self) -> frozenset[str]:
        """Formats published beside the database."""
        return frozenset(self.export_formats.split())

    @property
    def dagster_home(self) -> Path:
        """Folder of run history and of the schedule's state; survives restarts."""
        return self.data_dir / "dagster_home"

    @property
    def duckdb_memory_bytes(self) -> int:
        """The memory of one SELECT as a number."""
        size, unit = re.fullmatch(r"([\d.]+)\s?([KMGT]i?)B", self.duckdb_memory_limit).groups()
        return int(float(size) * (1024 if unit[1:] else 1000) ** ("KMGT".index(unit[0]) + 1))

    @property
    def inbox(self) -> Path:
        """Folder in which publishers' files are dropped."""
        return self.inbox_dir or self.data_dir / "inbox"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: if a variable has the prefix of a setting and is none.
        ValidationError: if a setting has an impossible value.
    """
    refuse_unknown(os.environ)
    return Settings()


def refuse_unknown(environment: Mapping[str, str]) -> None:
    """Raises SettingsError for variables that nobody reads, with the settings they are nearest to."""
    known = [*(f"{PREFIX}{name.upper()}" for name in Settings.model_fields), *OF_TESTS]
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0)
            raise SettingsError(f"{name} is no setting. Did you mean {near[0]}? docs/settings.md lists them.")


def refuse_unusable_home(environment: Mapping[str, str]) -> None:
    """Raises SettingsError where ``DAGSTER_HOME`` is set and names no folder that Dagster can use."""
    home = environment.get("DAGSTER_HOME")
    if not home:
        return
    remedy = "Write the whole path of a folder that is there, or unset it: the data folder has one."
    if home.startswith("~"):
        raise SettingsError(f"DAGSTER_HOME is {home!r}, and nothing stands in for its ~. {remedy}")
    if not Path(home).is_absolute():
        raise SettingsError(f"DAGSTER_HOME is {home!r}, which is no absolute path. {remedy}")
    if not Path(home).is_dir():
        raise SettingsError(f"DAGSTER_HOME is {home!r}, where there is no folder. {remedy}")
