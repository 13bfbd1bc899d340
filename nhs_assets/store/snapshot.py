"""What is published: which versions there are, and opening the one that is shown, for reading only."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from nhs_assets.settings import settings
from nhs_assets.store import files

CURRENT = "current"
DATABASE = "nhs_assets.duckdb"
MANIFEST = "manifest.json"
READING = {"enable_external_access": "false", "lock_configuration": "true", "temp_directory": ""}
"""Given when a database is opened: set later, they are refused where the process has the file open already.

Nothing is spilled to the disk: DuckDB would do so beside the published file.
"""


class NothingPublished(LookupError):  # noqa: N818 - the name is what the reader of a log should see
    """There is no snapshot to read yet."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(f"nothing is published in {data_dir} yet. Publish first: nhs-assets refresh")


def versions(data_dir: Path) -> list[str]:
    """Published versions that are kept, oldest first."""
    return sorted(
        folder.name for folder in (data_dir / "published" / "versions").glob("*") if not folder.name.startswith(".")
    )


def current_version(data_dir: Path) -> str | None:
    """The version that is shown, if any."""
    current = data_dir / "published" / CURRENT
    return current.resolve().name if current.exists() else None


def is_whole(folder: Path) -> bool:
    """Whether a version's database is there and still has the bytes that were published."""
    if not (folder / DATABASE).exists() or not (folder / MANIFEST).exists():
        return False
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return files.sha256(folder / DATABASE) == manifest["database_sha256"]


def version_folder(data_dir: Path, version: str) -> Path:
    """Where a published version stands."""
    return data_dir / "published" / "versions" / version


def latest_whole(data_dir: Path) -> Path | None:
    """Folder of the version published last that is not damaged, if any."""
    return next(_whole(data_dir), None)


def whole_versions(data_dir: Path) -> list[Path]:
    """Folders of the versions that are kept and not damaged, newest first."""
    return list(_whole(data_dir))


def published_checksums(folder: Path) -> dict[str, str]:
    """Checksum of each table of a version that is not damaged."""
    return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["tables"]


def _whole(data_dir: Path) -> Iterator[Path]:
    folders = (version_folder(data_dir, version) for version in reversed(versions(data_dir)))
    return (folder for folder in folders if is_whole(folder))


def database_path(data_dir: Path) -> Path:
    """The database of the version that is shown, by its own path and not by the symlink.

    Raises:
        NothingPublished: if there is none.
    """
    current = data_dir / "published" / CURRENT / DATABASE
    if not current.exists():
        raise NothingPublished(data_dir)
    return current.resolve()


@contextmanager
def open_snapshot(data_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The shown snapshot, opened for reading only.

    Raises:
        NothingPublished: if there is none.
    """
    with open_published(database_path(data_dir)) as connection:
        yield connection


@contextmanager
def open_published(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published database, opened for reading only: it cannot write, read other files or load extensions.

    Every reader comes through here: a process can open one file twice at a time, but not with different settings.

    Args:
        database: the file of one version, by its own path and not by the symlink.
    """
    with duckdb.connect(str(database), read_only=True, config=reading()) as connection:
        yield connection


def reading() -> dict[str, str]:
    """How a database is opened for questions: nothing outside it can be reached, within the limits of one SELECT."""
    limits = settings()
    return READING | {"memory_limit": limits.duckdb_memory_limit, "threads": str(limits.duckdb_threads)}
