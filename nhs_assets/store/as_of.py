"""Storage of as-of files: a set beside each published version, others in a cache.

``published/as_of`` leads to the set of the version that is shown. Sets share the files that are the same in both.
"""

import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from nhs_assets.ground import files
from nhs_assets.store.snapshot import AS_OF, MANIFEST, published_checksums, turn

SETS = "as_of_sets"
DAYS = "as_of_days"
LOCK = ".as_of.lock"
"""In the folder of what is published: held while a set is built."""

CACHED_DAYS = 10
"""Files for days between vintages that are kept; the one used longest ago goes first."""


@dataclass(frozen=True)
class AsOfFile:
    """A file of a set.

    Attributes:
        vintage_id: the vintage after which it is named.
        known_from: day on which that became known, in ISO 8601.
        last_day: last day for which it answers; empty where nothing later is known.
        key: follows from all that the file is made of.
        sha256: checksum of its bytes.
    """

    vintage_id: str
    known_from: str
    last_day: str | None
    key: str
    sha256: str

    def answers(self, day: date) -> bool:
        """Whether nothing more was known on a day than what the file holds."""
        return self.known_from <= day.isoformat() and (self.last_day is None or day.isoformat() <= self.last_day)


def set_of(version: Path) -> Path | None:
    """The set that belongs to a version; nothing where it has none yet."""
    folder = version / AS_OF
    return folder.resolve() if (folder / MANIFEST).exists() else None


def tables_of(version: Path) -> str:
    """Follows from all tables of a version."""
    return files.sha256_of(json.dumps(published_checksums(version), sort_keys=True).encode())


def is_current(folder: Path, version: Path) -> bool:
    """Whether a set was built for the tables of a version; else it is still that of the version before."""
    return read_set(folder)[0] == tables_of(version)


def read_set(folder: Path) -> tuple[str, list[AsOfFile]]:
    """What the tables were for which a set was built, and its files by the day on which their vintage became known."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return manifest["tables"], [AsOfFile(**one) for one in manifest["files"]]


def path_of(folder: Path, file: AsOfFile) -> Path:
    """Where a file of a set stands."""
    return folder / f"{file.vintage_id}.duckdb"


def is_set_whole(folder: Path) -> bool:
    """Whether every file of a set has the bytes that were built."""
    try:
        return all(_is_whole(path_of(folder, file), file) for file in read_set(folder)[1])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _is_whole(path: Path, file: AsOfFile) -> bool:
    return not path.with_name(f"{path.name}.wal").exists() and files.sha256(path) == file.sha256


def find_built(published: Path, key: str) -> tuple[Path, AsOfFile] | None:
    """A whole file with a key, of any set."""
    for folder in (published / SETS).glob("[!.]*"):
        with suppress(OSError, ValueError, KeyError, TypeError):  # a set that is damaged, or removed meanwhile
            for file in read_set(folder)[1]:
                if file.key == key and _is_whole(path_of(folder, file), file):
                    return path_of(folder, file), file
    return None


def remove_abandoned(published: Path) -> None:
    """Removes what a killed process left of a set. The lock must be held."""
    for abandoned in (published / SETS).glob(".building-*"):
        shutil.rmtree(abandoned)


@contextmanager
def building_set(published: Path) -> Iterator[Path]:
    """A folder to build a set in, which nobody sees before :func:`show_set`."""
    building = published / SETS / f".building-{uuid.uuid4().hex}"
    building.mkdir(parents=True)
    try:
        yield building
    finally:
        shutil.rmtree(building, ignore_errors=True)


def show_set(version: Path, building: Path, name: str, built: Sequence[AsOfFile]) -> None:
    """Gives a version its set in one step, and removes sets of which no version is left."""
    manifest = {"tables": tables_of(version), "files": [asdict(file) for file in built]}
    files.write_text(building / MANIFEST, json.dumps(manifest, indent=1))
    (building / MANIFEST).chmod(0o444)
    files.sync(building)
    sets = building.parent
    shutil.rmtree(sets / name, ignore_errors=True)
    os.rename(building, sets / name)
    files.sync(sets)
    turn(version / AS_OF, Path("..") / ".." / SETS / name)
    prune_sets(sets)


def prune_sets(sets: Path) -> None:
    """Removes sets that no version points to."""
    # A version that is being built may hold the only link to one.
    versions = sets.parent / "versions"
    used = {link.resolve() for pattern in ("*", ".building-*") for link in versions.glob(f"{pattern}/{AS_OF}")}
    for folder in sets.glob("*"):
        if folder.resolve() not in used:
            shutil.rmtree(folder, ignore_errors=True)


def cached(data_dir: Path, key: str, write: Callable[[Path], object]) -> Path:
    """A file for a day between vintages, written if it is not there yet."""
    folder = data_dir / DAYS
    path = folder / f"{key}.duckdb"
    if path.exists():
        with suppress(OSError):
            os.utime(path)
        return path
    with files.replacing(path) as partial:
        write(partial)
        partial.chmod(0o444)
    for old in sorted(folder.glob("*.duckdb"), key=lambda one: one.stat().st_mtime)[:-CACHED_DAYS]:
        old.unlink(missing_ok=True)
    return path
