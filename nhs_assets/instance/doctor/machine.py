"""What the machine gives: a folder to write to, room on the disk, and the packages that were locked."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from nhs_assets.instance.doctor.finding import Finding, look, ok, wrong
from nhs_assets.settings import PROJECT_ROOT, Settings

LOCK = PROJECT_ROOT / "requirements.lock"
LOW_MB, SCARCE_MB = 2_000, 300
BYTES_IN_MB = 1_000_000


def data_folder(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the data folder, or the one it will be made in, can be written to."""
    folder = settings.data_dir
    there = next(one for one in (folder, *folder.resolve().parents) if one.exists())
    if not there.is_dir():
        yield wrong(f"{there} is a file where a folder should be", "Take it away, or correct NHS_ASSETS_DATA_DIR.")
        return
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        yield wrong(
            f"{there} cannot be written to: {error.strerror}",
            "Give this user the right to write there, or set NHS_ASSETS_DATA_DIR to another folder.",
        )
        return
    yield ok(f"{folder} can be written to" if there == folder else f"{folder} will be made by the first refresh")


def disk(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether there is room for the next version."""
    there = next(one for one in (settings.data_dir, *settings.data_dir.resolve().parents) if one.exists())
    free = shutil.disk_usage(there).free // BYTES_IN_MB
    said = f"{free:,} MB are free beside {settings.data_dir.name}/"
    remedy = (
        "Free space; data/runs/, data/failures/ and the reports in data/quarantine/ may be deleted while no refresh "
        "runs. Never data/archive/ or data/quarantine/inbox/: these hold what people dropped."
    )
    yield wrong(said, remedy) if free < SCARCE_MB else look(said, remedy) if free < LOW_MB else ok(said)


def packages(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the packages that are installed are those that were locked."""
    locked = locked_versions(LOCK)
    differing = {}
    for name, wanted in locked.items():
        try:
            found = version(name)
        except PackageNotFoundError:
            continue
        if found != wanted:
            differing[name] = f"{name} is {found}, the lock says {wanted}"
    if differing:
        listed = "; ".join(differing.values())
        yield look(listed, "make refresh installs what is locked; figures of another version may differ in a digit.")
    else:
        yield ok(f"every installed package of the {len(locked)} in {LOCK.name} is the one that was locked")


def locked_versions(lock: Path) -> dict[str, str]:
    """Version of each package that the lock names."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return dict(match.groups() for line in lines if (match := re.fullmatch(r"([A-Za-z0-9._-]+)==(\S+)", line.strip())))
