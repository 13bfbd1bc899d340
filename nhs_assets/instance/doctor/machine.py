"""The machine: a writable data folder, disk space and the locked packages."""

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
    """Whether the data folder, or its nearest existing parent, is writable."""
    folder = settings.data_dir
    there = next(path for path in (folder, *folder.resolve().parents) if path.exists())
    if not there.is_dir():
        yield wrong(f"{there} is a file where a folder should be", "Remove it, or correct NHS_ASSETS_DATA_DIR.")
        return
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        yield wrong(
            f"{there} is not writable: {error.strerror}",
            "Give this user write access, or set NHS_ASSETS_DATA_DIR to another folder.",
        )
        return
    yield ok(f"{folder} is writable" if there == folder else f"{folder} will be created by the first refresh")


def disk(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether there is space for the next version."""
    there = next(path for path in (settings.data_dir, *settings.data_dir.resolve().parents) if path.exists())
    free = shutil.disk_usage(there).free // BYTES_IN_MB
    said = f"{free:,} MB free on the disk of {settings.data_dir.name}/"
    remedy = (
        "Free space; data/runs/, data/failures/ and the reports in data/quarantine/ may be deleted while no refresh "
        "runs. Never delete data/archive/ or data/quarantine/inbox/: they hold files that people dropped in."
    )
    yield wrong(said, remedy) if free < SCARCE_MB else look(said, remedy) if free < LOW_MB else ok(said)


def packages(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the installed packages are the locked versions."""
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
        yield look(listed, "make refresh installs the locked versions; with others, the last digits may differ.")
    else:
        yield ok(f"installed packages match the {len(locked)} in {LOCK.name}")


def locked_versions(lock: Path) -> dict[str, str]:
    """Version of each package that the lock names."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return dict(match.groups() for line in lines if (match := re.fullmatch(r"([A-Za-z0-9._-]+)==(\S+)", line.strip())))
