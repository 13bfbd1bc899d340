"""A finished version is described, marked for reading only and forced to the disk, before anyone can see it."""

import json
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from nhs_assets.exports.data_package import File
from nhs_assets.exports.write import PACKAGE, PARQUET, Exports
from nhs_assets.ground import files
from nhs_assets.store.snapshot import DATABASE, MANIFEST, published_ns

AT_ONCE = 8
"""Files forced to the disk at a time: it takes as long as one after another takes for a few of them."""


def seal(
    folder: Path, facts: Mapping[str, object], exports: Exports, seeds: Mapping[str, Collection[str]], now: datetime
) -> None:
    """Writes ``datapackage.json`` and ``manifest.json``, and leaves every file read-only and on the disk.

    Args:
        folder: the version's folder, complete but for those two.
        facts: what the manifest states of it: its name, the run that made it, the place of that run in the order of
            runs, and the checksum of each table as it was judged.
        exports: what was written beside the database.
        seeds: seed files that each table goes back to.
        now: the moment of publication, in UTC.
    """
    at = now.isoformat(timespec="seconds")
    found = [one for one in _files(folder) if exports.wants_parquet or not one.path.startswith(f"{PARQUET}/")]
    files.write_text(folder / PACKAGE, exports.describe(str(facts["version"]), str(facts["run_id"]), found, seeds))
    if not exports.wants_parquet:
        shutil.rmtree(folder / PARQUET)
    found.append(_file(folder, folder / PACKAGE))
    (database,) = (one for one in found if one.path == DATABASE)
    manifest = {
        **facts,
        "published_at": at,
        "database_sha256": database.sha256,
        "files": {one.path: {"bytes": one.size, "sha256": one.sha256} for one in found if one is not database},
    }
    files.write_text(folder / MANIFEST, json.dumps(manifest, indent=1))
    _finish(folder, published_ns(at))


def _files(folder: Path) -> list[File]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda path: _file(folder, path), paths))


def _file(folder: Path, path: Path) -> File:
    return File(path.relative_to(folder).as_posix(), path.stat().st_size, files.sha256(path))


def _finish(folder: Path, at: int) -> None:
    def finish(path: Path) -> None:
        path.chmod(0o444)
        os.utime(path, ns=(at, at))
        files.sync(path)

    inside = list(folder.rglob("*"))
    _each(finish, (path for path in inside if path.is_file()))
    _each(files.sync, (path for path in inside if path.is_dir()))
    files.sync(folder)


def _each(act: Callable[[Path], None], paths: Iterable[Path]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(act, paths))
