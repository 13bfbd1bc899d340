"""The published versions, and opening one read-only."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

from nhs_assets.ground import files
from nhs_assets.settings import settings

CURRENT = "current"
DATABASE = "nhs_assets.duckdb"
AS_OF = "as_of"
"""In a version, a link to its set of files with what was known on a day."""

MANIFEST = "manifest.json"
LOCK = ".lock"
"""In ``published``: held while its contents change."""

READING = {"enable_external_access": "false", "lock_configuration": "true", "temp_directory": ""}
"""Set when a database is opened, since DuckDB refuses them later. Without a folder for spilling, nothing is written
beside the published file."""


class NothingPublishedError(LookupError):
    """There is no published version yet."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(f"nothing is published in {data_dir} yet. Publish first: nhs-assets refresh")


class Shape(NamedTuple):
    """DuckDB type of a column, and its unit as the comment states it."""

    duckdb_type: str
    unit: str


def versions(data_dir: Path) -> list[str]:
    """Published versions, oldest first."""
    folders = (data_dir / "published" / "versions").glob("[!.]*")
    return sorted(folder.name for folder in folders)


def current_version(data_dir: Path) -> str | None:
    """The current version, if any."""
    current = data_dir / "published" / CURRENT
    return current.resolve().name if current.exists() else None


def read_manifest(folder: Path) -> dict | None:
    """The manifest of a version; None if it is missing or unreadable."""
    try:
        return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def is_whole(folder: Path, every_byte: bool = False) -> bool:
    """Whether a version is as it was published.

    The checksum of the database is always computed. An export with the size and the time of its publication counts as
    unchanged unless ``every_byte`` is set: a refresh that changes nothing must not read them all.
    """
    manifest = read_manifest(folder)
    # Somebody who opened the file for writing left the write-ahead log; readers would see what they wrote.
    if manifest is None or not (folder / DATABASE).exists() or (folder / f"{DATABASE}.wal").exists():
        return False
    at = published_ns(manifest["published_at"])
    exports = manifest.get("files", {})  # the earliest versions have none
    return all(_is_export_whole(folder / name, stated, at, every_byte) for name, stated in exports.items()) and (
        files.sha256(folder / DATABASE) == manifest["database_sha256"]
    )


def published_ns(published_at: str) -> int:
    """The modification time of every file of a version: its time of publication in nanoseconds."""
    return int(datetime.fromisoformat(published_at).timestamp()) * 1_000_000_000


def _is_export_whole(path: Path, stated: dict, published_at: int, every_byte: bool) -> bool:
    try:
        found = path.stat()
    except OSError:
        return False
    if found.st_size != stated["bytes"]:
        return False
    return (not every_byte and found.st_mtime_ns == published_at) or files.sha256(path) == stated["sha256"]


def version_folder(data_dir: Path, version: str) -> Path:
    """The folder of a published version."""
    return data_dir / "published" / "versions" / version


def content_of(version: str) -> str:
    """The digits of a version's name that follow from its content."""
    return version.partition("-")[2]


def turn_to(published: Path, version: str) -> None:
    """Makes a complete version current: points the one symlink that readers follow to it, and syncs."""
    turn(published / CURRENT, Path("versions") / version)
    for name in (DATABASE, AS_OF):
        if not (published / name).is_symlink():
            turn(published / name, Path(CURRENT) / name)
    files.sync(published)


def turn(name: Path, target: Path) -> None:
    """Points a symlink to another target, in one step."""
    with files.replacing(name) as temporary:
        temporary.symlink_to(target)


def current_whole(data_dir: Path) -> Path | None:
    """The folder of the current version, unless it is damaged."""
    current = current_version(data_dir)
    folder = version_folder(data_dir, current) if current is not None else None
    return folder if folder is not None and is_whole(folder) else None


def whole_versions(data_dir: Path) -> Iterator[Path]:
    """The folders of the undamaged versions, newest first."""
    folders = (version_folder(data_dir, version) for version in reversed(versions(data_dir)))
    return filter(is_whole, folders)


def published_checksums(folder: Path) -> dict[str, str]:
    """The checksum of each table of an undamaged version."""
    return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["tables"]


def database_path(data_dir: Path) -> Path:
    """The database of the current version, by its own path; raises NothingPublishedError if there is none."""
    current = data_dir / "published" / CURRENT / DATABASE
    if not current.exists():
        raise NothingPublishedError(data_dir)
    return current.resolve()


@contextmanager
def open_snapshot(data_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The current version's database, opened read-only; raises NothingPublishedError if there is none."""
    with open_published(database_path(data_dir)) as connection:
        yield connection


@contextmanager
def open_published(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published database, opened read-only: it cannot write, read other files or load extensions.

    Every reader comes through here: a process can open one file twice at a time, but only with the same settings. The
    path must not lead through the symlink.
    """
    limits = settings()
    config = READING | {"memory_limit": limits.duckdb_memory_limit, "threads": str(limits.duckdb_threads)}
    with duckdb.connect(str(database), read_only=True, config=config) as connection:
        yield connection


def shapes(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Shape]]:
    """The columns of every table of an open database, by table."""
    found: dict[str, dict[str, Shape]] = {}
    for table, column, kind, comment in connection.execute(
        "SELECT schema_name || '.' || table_name, column_name, data_type, comment FROM duckdb_columns() "
        "WHERE NOT internal ORDER BY schema_name, table_name, column_index"
    ).fetchall():
        unit = (comment or "").rpartition("Unit: ")[2].removesuffix(".")
        found.setdefault(table, {})[column] = Shape(kind, unit)
    return found
