"""Versions that are kept, and going back to one of them in one step."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nhs_assets.ground import files
from nhs_assets.ground.clock import Clock
from nhs_assets.ground.locks import held
from nhs_assets.store.running import next_order, note_shown
from nhs_assets.store.snapshot import (
    LOCK,
    content_of,
    current_version,
    is_whole,
    read_manifest,
    turn_to,
    version_folder,
    versions,
)

WITHHELD = ".withheld.json"


class RollbackError(LookupError):
    """The version asked for is not there or not whole; what was shown is still shown."""


@dataclass(frozen=True)
class VersionInfo:
    """A version that is kept.

    Attributes:
        version: its name: a number that rises, and digits that follow from what it shows.
        published_at: when, in ISO 8601.
        run_id: the run that made it.
        tables: how many it shows.
        rows: rows of all its tables; nothing where it does not say.
        size: bytes of all its files.
        is_shown: whether it is what readers see.
        is_whole: whether every file has the bytes that were published.
    """

    version: str
    published_at: str | None
    run_id: str | None
    tables: int | None
    rows: int | None
    size: int
    is_shown: bool
    is_whole: bool


@dataclass(frozen=True)
class WentBack:
    """What going back did: the versions shown before and now, and the later ones that are not shown by themselves."""

    shown_before: str | None
    shown: str
    withheld: tuple[str, ...]


def version_infos(data_dir: Path) -> list[VersionInfo]:
    """Versions that are kept, newest first, every file held against its checksum."""
    return [_version_info(data_dir, version) for version in reversed(versions(data_dir))]


def roll_back(data_dir: Path, wanted: str, clock: Clock, say: Callable[[str], None]) -> WentBack:
    """Shows another version that is kept, in one step.

    Later versions are withheld: a refresh that comes to the tables of one of them shows nothing, until someone asks
    for that version here or a refresh comes to other tables. Runs that began before are not shown any more.

    Args:
        data_dir: the data folder.
        wanted: a version, or its number.
        clock: tells the moment, which is written down.
        say: takes a line for whoever waits, where a publication is going on.

    Raises:
        RollbackError: if the version is not kept or is damaged.
    """
    published = data_dir / "published"
    with held(published / LOCK, "a publication to end", say):
        kept = versions(data_dir)
        version = _find(kept, wanted)
        if not is_whole(version_folder(data_dir, version), every_byte=True):
            raise RollbackError(
                f"version {version} is damaged and cannot be shown. Whole ones: nhs-assets snapshots. To make it "
                "again, put its inputs back and run: nhs-assets refresh"
            )
        before = current_version(data_dir)
        later = tuple(one for one in kept if one > version and content_of(one) != content_of(version))
        stated = {"shown": version, "withheld": list(later), "at": clock.now().isoformat(timespec="seconds")}
        # In this order: killed in between, the version shown before is still shown and nothing refers to the other.
        files.write_text(published / WITHHELD, json.dumps(stated, indent=1))
        note_shown(data_dir, next_order(data_dir))
        turn_to(published, version)
    return WentBack(before, version, later)


def withheld_as(data_dir: Path, content: str) -> str | None:
    """Why tables are not to be shown, where they are those of a version that was taken back; else nothing.

    Args:
        data_dir: the data folder.
        content: the digits that say what would be shown.
    """
    try:
        stated = json.loads((data_dir / "published" / WITHHELD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    found = [version for version in stated["withheld"] if content_of(version) == content]
    if not found or stated["shown"] != current_version(data_dir):
        return None
    return (
        f"someone went back to it on {stated['at'][:10]}, and the tables of this run are those of {found[-1]}, which "
        f"was taken back. To show them all the same: nhs-assets rollback {found[-1]}. Others are published as ever"
    )


def _find(kept: list[str], wanted: str) -> str:
    number = f"{int(wanted):06d}" if wanted.isdigit() else wanted
    found = [version for version in kept if version == wanted or version.partition("-")[0] == number]
    if not found:
        raise RollbackError(f"there is no version {wanted}; kept are: {', '.join(kept) or 'none'}")
    return found[0]


def _version_info(data_dir: Path, version: str) -> VersionInfo:
    folder = version_folder(data_dir, version)
    manifest = read_manifest(folder) or {}
    return VersionInfo(
        version=version,
        published_at=manifest.get("published_at"),
        run_id=manifest.get("run_id"),
        tables=manifest.get("shown_tables"),
        rows=manifest.get("shown_rows"),
        size=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        is_shown=version == current_version(data_dir),
        is_whole=is_whole(folder, every_byte=True),
    )
