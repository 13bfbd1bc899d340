"""Seals a finished version before anyone can see it: writes its manifest, makes it read-only, syncs it to the disk."""

import json
import os
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nhs_assets.ground import files
from nhs_assets.store.snapshot import DATABASE, MANIFEST, published_ns

AT_ONCE = 8
"""Files synced at a time, which takes as long as a few of them one by one."""


@dataclass(frozen=True)
class File:
    """A file of a version: its path within the version, its size in bytes and its checksum."""

    path: str
    size: int
    sha256: str


def seal(
    folder: Path,
    facts: Mapping[str, object],
    describe: Callable[[Collection[File]], Mapping[str, str]],
    now: datetime,
) -> None:
    """Writes what describes the files, and ``manifest.json``, and leaves every file read-only and synced.

    Args:
        folder: the version's folder, complete except for these.
        facts: what the manifest states: its version, run, place of the run in the order, and checksums of the tables.
        describe: texts by name of file, from every file so far.
        now: the time of publication, in UTC.
    """
    at = now.isoformat(timespec="seconds")
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda path: _file(folder, path), paths))
    for name, text in describe(tuple(found)).items():
        files.write_text(folder / name, text)
        found.append(_file(folder, folder / name))
    (database,) = (file for file in found if file.path == DATABASE)
    manifest = {
        **facts,
        "published_at": at,
        "database_sha256": database.sha256,
        "files": {file.path: {"bytes": file.size, "sha256": file.sha256} for file in found if file is not database},
    }
    files.write_text(folder / MANIFEST, json.dumps(manifest, indent=1))
    _finish(folder, published_ns(at))


def _file(folder: Path, path: Path) -> File:
    return File(path.relative_to(folder).as_posix(), path.stat().st_size, files.sha256(path))


def _finish(folder: Path, at: int) -> None:
    def finish(path: Path) -> None:
        path.chmod(0o444)
        os.utime(path, ns=(at, at))
        files.sync(path)

    inside = list(folder.rglob("*"))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(finish, [path for path in inside if path.is_file()]))
        list(pool.map(files.sync, [path for path in inside if path.is_dir()]))
    files.sync(folder)
