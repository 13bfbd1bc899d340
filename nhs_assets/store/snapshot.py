"""What is published: which versions there are, and opening the one that is shown, for reading only."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from nhs_assets.ground import files
from nhs_assets.settings import settings

CURRENT = "current"
DATABASE = "nhs_assets.duckdb"
AS_OF = "as_of"
"""Of a version, a link to its set of files with what was known on a day."""

MANIFEST = "manifest.json"
LOCK = ".lock"
"""In the folder of what is published: held while that changes."""

READING = {"enable_external_access": "false", "lock_configuration": "true", "temp_directory": ""}
"""Given when a database is opened: set later, they are refused where the process has the file open already.

Nothing is spilled to the disk: DuckDB would do so beside the published file.
"""


class NothingPublishedError(LookupError):
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


def read_manifest(folder: Path) -> dict | None:
    """What a version says of itself; nothing if that is lost or cannot be read."""
    try:
        return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def is_whole(folder: Path, every_byte: bool = False) -> bool:
    """Whether everything of a version is there as it was published.

    The database is held against its checksum. An export of the size and day of its publication is taken for whole:
    a refresh that changes nothing must not read them all.

    Args:
        folder: the version's folder.
        every_byte: hold the exports against their checksums too.
    """
    manifest = read_manifest(folder)
    # A write-ahead log is left by someone who opened the file for writing; readers would see what they wrote.
    if manifest is None or not (folder / DATABASE).exists() or (folder / f"{DATABASE}.wal").exists():
        return False
    at = published_ns(manifest["published_at"])
    exports = manifest.get("files", {})  # versions of before they had any stay readable
    return all(_is_export_whole(folder / name, stated, at, every_byte) for name, stated in exports.items()) and (
        files.sha256(folder / DATABASE) == manifest["database_sha256"]
    )


def published_ns(published_at: str) -> int:
    """The time of publication that every file of a version carries, in nanoseconds."""
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
    """Where a published version stands."""
    return data_dir / "published" / "versions" / version


def content_of(version: str) -> str:
    """The digits of a version's name that say what it shows."""
    return version.partition("-")[2]


def turn_to(published: Path, version: str) -> None:
    """Turns the one symlink that readers follow, and waits until that is on the disk.

    Args:
        published: the folder of what is published.
        version: a version that stands there, whole.
    """
    turn(published / CURRENT, Path("versions") / version)
    for name in (DATABASE, AS_OF):
        if not (published / name).is_symlink():
            turn(published / name, Path(CURRENT) / name)
    files.sync(published)


def turn(name: Path, target: Path) -> None:
    """Points a symlink to another target, in one step."""
    with files.replacing(name) as temporary:
        temporary.symlink_to(target)


def shown_whole(data_dir: Path) -> Path | None:
    """Folder of the version that is shown, if it is not damaged."""
    current = current_version(data_dir)
    folder = version_folder(data_dir, current) if current is not None else None
    return folder if folder is not None and is_whole(folder) else None


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
        NothingPublishedError: if there is none.
    """
    current = data_dir / "published" / CURRENT / DATABASE
    if not current.exists():
        raise NothingPublishedError(data_dir)
    return current.resolve()


@contextmanager
def open_snapshot(data_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The shown snapshot, opened for reading only.

    Raises:
        NothingPublishedError: if there is none.
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
