"""The published versions with their state, and going back to one of them in one step."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nhs_assets.ground import files
from nhs_assets.ground.clock import Clock
from nhs_assets.ground.locks import held
from nhs_assets.store.running import next_order, note_current
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
    """The version does not exist or is damaged; the current one stays."""


@dataclass(frozen=True)
class VersionInfo:
    """A published version: its size in bytes, and counts of what readers see where its manifest states them."""

    version: str
    published_at: str | None
    run_id: str | None
    tables: int | None
    rows: int | None
    size: int
    is_current: bool
    is_whole: bool


@dataclass(frozen=True)
class RolledBack:
    """The versions that were and are current, and the later ones that are withheld."""

    before: str | None
    current: str
    withheld: tuple[str, ...]


def version_infos(data_dir: Path) -> list[VersionInfo]:
    """The published versions, newest first; the checksum of every file is compared."""
    return [_version_info(data_dir, version) for version in reversed(versions(data_dir))]


def roll_back(data_dir: Path, wanted: str, clock: Clock, say: Callable[[str], None]) -> RolledBack:
    """Makes another version current, in one step.

    Later versions are withheld: a refresh with the tables of one of them publishes nothing, until someone rolls
    forward to it or a refresh has other tables. Runs that began earlier publish nothing. ``wanted`` is a version or
    its number; ``say`` is called with a line while a publication is awaited.

    Raises:
        RollbackError: if the version does not exist or is damaged.
    """
    published = data_dir / "published"
    with held(published / LOCK, "a publication to end", say):
        kept = versions(data_dir)
        number = f"{int(wanted):06d}" if wanted.isdigit() else wanted
        version = next((name for name in kept if wanted == name or name.partition("-")[0] == number), None)
        if version is None:
            raise RollbackError(f"there is no version {wanted}; there are: {', '.join(kept) or 'none'}")
        if not is_whole(version_folder(data_dir, version), every_byte=True):
            raise RollbackError(
                f"version {version} is damaged and cannot be published. Intact ones: nhs-assets snapshots. To make it "
                "again, put its inputs back and run: nhs-assets refresh"
            )
        before = current_version(data_dir)
        later = tuple(other for other in kept if other > version and content_of(other) != content_of(version))
        stated = {"shown": version, "withheld": list(later), "at": clock.now().isoformat(timespec="seconds")}
        # In this order: if killed in between, the version before stays current and the record does not apply to it.
        files.write_text(published / WITHHELD, json.dumps(stated, indent=1))
        note_current(data_dir, next_order(data_dir))
        turn_to(published, version)
    return RolledBack(before, version, later)


def withheld_as(data_dir: Path, content: str) -> str | None:
    """The reason why tables with this content (digits of a version's name) are withheld, if they are."""
    try:
        stated = json.loads((data_dir / "published" / WITHHELD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    found = [version for version in stated["withheld"] if content_of(version) == content]
    if not found or stated["shown"] != current_version(data_dir):
        return None
    return (
        f"someone rolled back to it on {stated['at'][:10]}, and the tables of this run are those of {found[-1]}, which "
        f"is withheld. To publish them anyway: nhs-assets rollback {found[-1]}. Others are published as usual"
    )


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
        is_current=version == current_version(data_dir),
        is_whole=is_whole(folder, every_byte=True),
    )
