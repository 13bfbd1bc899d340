"""Every path and limit, from ``NHS_ASSETS_*`` variables with safe defaults."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Where things are and how much of the machine a refresh may use.

    Each field is read from the variable of its name with the prefix ``NHS_ASSETS_``: ``data_dir`` from
    ``NHS_ASSETS_DATA_DIR``.
    """

    model_config = SettingsConfigDict(env_prefix="NHS_ASSETS_", frozen=True)

    seeds_dir: Path = Field(PROJECT_ROOT / "seeds", description="Seed files with their origin files.")
    sql_dir: Path = Field(PROJECT_ROOT / "sql", description="One SELECT per table, and the checks.")
    data_dir: Path = Field(PROJECT_ROOT / "data", description="All that the project writes.")
    duckdb_memory_limit: str = Field("2GB", pattern=r"^\d+(\.\d+)?\s?[KMGT]i?B$", description="Memory of one SELECT.")
    duckdb_threads: int = Field(2, ge=1, le=256, description="Threads of one SELECT.")
    preview_rows: int = Field(8, ge=1, le=100, description="Rows of a table shown in the Dagster UI.")
    runs_kept: int = Field(20, ge=1, description="Staged runs kept for inspection.")
    versions_kept: int = Field(5, ge=1, description="Published snapshots kept.")
    publisher_file_mb: int = Field(300, ge=1, description="Largest publisher's file that is read, in MB.")
    publisher_unpacked_mb: int = Field(1000, ge=1, description="Most that one may unpack to, in MB.")
    publisher_members: int = Field(200, ge=1, description="Most files in one release or workbook.")
    publisher_line_chars: int = Field(100_000, ge=1000, description="Longest line of a CSV, in characters.")
    publisher_cells: int = Field(1_000_000, ge=1000, description="Most cells of one sheet of a workbook.")
    publisher_set_aside_pct: int = Field(
        5, ge=0, le=50, description="Share of rows that may be set aside before the whole file waits."
    )
    alert_urls: SecretStr | None = Field(None, description="Where alerts are sent, separated by spaces; secret.")

    @property
    def dagster_home(self) -> Path:
        """Folder of run history and of the schedule's state; survives restarts."""
        return self.data_dir / "dagster_home"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
