"""Downloads archived by checksum before anything reads them, and the state of each source between downloads."""

from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pydantic import AwareDatetime, TypeAdapter

from nhs_assets.ground import files


@dataclass(frozen=True)
class FetchState:
    """The state of a source: checksum of the last file, headers that ask only for a newer one, time of the next try."""

    sha256: str | None = None
    conditions: dict[str, str] = field(default_factory=dict)
    not_before: AwareDatetime | None = None


_STATE = TypeAdapter(FetchState)


def read_state(data_dir: Path, name: str) -> FetchState:
    """The state of a source; an empty one if it cannot be read, which costs one download."""
    try:
        return _STATE.validate_json(_state_path(data_dir, name).read_bytes())
    except (OSError, ValueError):
        return FetchState()


def write_state(data_dir: Path, name: str, state: FetchState) -> None:
    """Saves the state of a source."""
    files.write_text(_state_path(data_dir, name), _STATE.dump_json(state, indent=1).decode())


def archive(data_dir: Path, content: bytes, sha256: str, origin: dict[str, object]) -> Path:
    """Archives a file by checksum, with its origin when it first came."""
    folder = data_dir / "fetched" / sha256[:2] / sha256
    if not (folder / "file").exists():
        files.write_text(folder / "origin.yml", yaml.safe_dump(origin, sort_keys=False, allow_unicode=True))
        files.write_safely(folder / "file", content)
        files.sync(folder)
    return folder / "file"


def _state_path(data_dir: Path, name: str) -> Path:
    return data_dir / "fetched" / "state" / f"{name}.json"
