"""Downloads as they came, kept by checksum before anything reads them, and what each server said last."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from nhs_assets.ground import files

FILE = "file"
ORIGIN = "origin.yml"


@dataclass(frozen=True)
class FetchState:
    """What is remembered of a source between downloads.

    Attributes:
        address_sha256: checksum of the address that it is of; the address itself may hold a key.
        sha256: checksum of the file that came last.
        etag: what the server called that version.
        last_modified: when the server says it changed.
        not_before: time (Unix) before which the server asks to be left alone.
    """

    address_sha256: str = ""
    sha256: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    not_before: float = 0.0


def fetched_dir(data_dir: Path) -> Path:
    """Folder of downloads."""
    return data_dir / "fetched"


def temporary_file(data_dir: Path, source: str) -> Path:
    """Where a download of a source is written until it is whole."""
    folder = fetched_dir(data_dir) / "partial"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / source


def read_state(data_dir: Path, source: str) -> FetchState:
    """What is remembered of a source; nothing if it cannot be read, which costs one download."""
    try:
        found = FetchState(**json.loads(_state_path(data_dir, source).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return FetchState()
    texts = (found.address_sha256, found.sha256, found.etag, found.last_modified)
    is_sound = isinstance(found.not_before, int | float) and all(isinstance(one, str | None) for one in texts)
    return found if is_sound else FetchState()


def write_state(data_dir: Path, source: str, state: FetchState) -> None:
    """Remembers it."""
    files.write_text(_state_path(data_dir, source), json.dumps(asdict(state), indent=1))


def keep_download(data_dir: Path, downloaded: Path, sha256: str, origin: dict[str, object]) -> Path:
    """Moves a whole download to its place by checksum, with its origin beside it, and gives the place.

    The origin stays that of the first time these bytes came.
    """
    folder = fetched_dir(data_dir) / sha256[:2] / sha256
    folder.mkdir(parents=True, exist_ok=True)
    files.sync(downloaded)
    if not (folder / ORIGIN).exists():
        files.write_text(folder / ORIGIN, yaml.safe_dump(origin, sort_keys=False, allow_unicode=True))
    downloaded.replace(folder / FILE)
    files.sync(folder)
    return folder / FILE


def _state_path(data_dir: Path, source: str) -> Path:
    return fetched_dir(data_dir) / "state" / f"{source}.json"
