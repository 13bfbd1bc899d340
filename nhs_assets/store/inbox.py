"""The inbox, its archive and its quarantine as folders; no dropped file is lost, whenever a process ends.

An ingested file has a folder named by its checksum, which appears whole or not at all; only then does the file leave
the inbox. A folder of the archive never changes and is never deleted.
"""

import os
import re
import shutil
import stat
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import yaml

from nhs_assets.ground import files
from nhs_assets.ground.clock import Clock, day_of
from nhs_assets.ground.problems import Problem
from nhs_assets.ground.yaml_files import read_yaml
from nhs_assets.store.snapshot import NothingPublishedError, open_snapshot

NOTE_ENDING = ".origin.yml"
"""A note, in which a person describes a file, has the name of the file and this ending."""

ARCHIVE = "archive"
QUARANTINE = "quarantine/inbox"
UNRECORDED = "quarantine/unrecorded"
"""Folders of the archive whose record was lost, unchanged."""
FILE = "file"
RECORD = "received.yml"
REPORT = "report.txt"

_LEAVING = ".leaving"
_UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".filepart", ".tmp", "~")
_SHOWN_NAME = 200
_CHECKSUM = re.compile(r"[0-9a-f]{64}")


class Verdict(StrEnum):
    """What happened to an ingested file."""

    ACCEPTED = "accepted"
    HELD = "held"
    OPENED = "opened"
    REFUSED = "refused"


@dataclass(frozen=True)
class FileStat:
    """The state of a dropped file: if two polls find the same, nobody is writing to it.

    ``changed_ns`` is when its bytes changed; ``touched_ns``, which no program can set back, when anything changed.
    """

    path: Path
    size: int
    changed_ns: int
    touched_ns: int
    inode: int

    @property
    def note(self) -> "FileStat | None":
        """The state of its note, if there is one."""
        return file_stat(self.path.with_name(f"{self.path.name}{NOTE_ENDING}"))


@dataclass(frozen=True)
class Record:
    """What is recorded about an ingested file, most of it as in ``raw.inbox_file``.

    ``number`` is its place in the order of ingestion, ``received_at`` the time (ISO, UTC), ``periods`` the number of
    rows by month (its first day) or year where the newest file of a period counts, ``problems`` what is wrong with it
    or with quarantined rows, and ``release`` the checksum of the release that contained it. ``compared_cells`` and
    ``adjusted_cells`` are cells of a workbook that a person compared, or that the publisher adjusted with a note.
    """

    number: int
    name: str
    sha256: str
    size: int
    verdict: Verdict
    message: str
    received_at: str
    format_id: str | None = None
    first_month: date | None = None
    last_month: date | None = None
    date_published: date | None = None
    raw_table: str | None = None
    rows: int = 0
    source_id: str | None = None
    vintage_id: str | None = None
    replaces_seed: bool = False
    periods: dict[str, int] = field(default_factory=dict)
    compared_cells: tuple[str, ...] = ()
    adjusted_cells: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    release: str | None = None

    @property
    def folder(self) -> str:
        """Its folder within the data folder."""
        return _folder(QUARANTINE if self.verdict is Verdict.REFUSED else ARCHIVE, self.sha256)

    @property
    def file(self) -> str:
        """Its bytes, within the data folder."""
        return f"{self.folder}/{FILE}"

    @property
    def received(self) -> datetime:
        """The moment at which it was ingested."""
        return datetime.fromisoformat(self.received_at)

    @property
    def received_on(self) -> date:
        """The day on which it was ingested."""
        return day_of(self.received)


def _folder(root: str, sha256: str) -> str:
    return f"{root}/{sha256[:2]}/{sha256}"


def dropped_files(inbox: Path) -> dict[str, FileStat]:
    """The files in the inbox by name, without notes, hidden files and those with the name of an unfinished one."""
    names = sorted(path.name for path in inbox.iterdir()) if inbox.is_dir() else ()
    ignored = (NOTE_ENDING, *_UNFINISHED)
    kept = (name for name in names if not files.is_left_behind(name) and not name.lower().endswith(ignored))
    stats = {name: file_stat(inbox / name) for name in kept}
    return {name: found for name, found in stats.items() if found is not None}


def file_stat(path: Path) -> FileStat | None:
    """The state of a regular file; None for anything else, such as a link or a missing file."""
    try:
        found = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return FileStat(path, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def ignored_files(inbox: Path) -> dict[str, str]:
    """What is in the inbox and is never ingested, by name, with the reason."""
    found: dict[str, str] = {}
    for path in sorted(inbox.iterdir()) if inbox.is_dir() else ():
        name = path.name.lower()
        if path.is_symlink():
            found[path.name] = "is a link: put the file itself here"
        elif path.is_dir():
            found[path.name] = "is a folder: put its files directly into the inbox"
        elif not path.is_file():
            found[path.name] = "is not a regular file: put the file itself here"
        elif name[0] != "." and files.is_left_behind(path.name):
            found[path.name] = "was left by a system or a program, and is no publisher's file: delete it"
        elif name.startswith(".") or name.endswith(_UNFINISHED):
            found[path.name] = "has the name of an unfinished file: rename it when it is complete"
        elif name.endswith(NOTE_ENDING) and file_stat(path.with_name(path.name[: -len(NOTE_ENDING)])) is None:
            found[path.name] = "is a note on a file that is not here"
    return found


def stable_files(inbox: Path, seconds: float, sleep: Callable[[float], None] = time.sleep) -> list[FileStat]:
    """The files that are unchanged between two polls, so many seconds apart; the oldest first.

    Their own times do not count: a file server has another clock.
    """
    first = dropped_files(inbox)
    if not first:
        return []
    sleep(seconds)
    unchanged = [found for name, found in dropped_files(inbox).items() if first.get(name) == found]
    return sorted(unchanged, key=lambda found: (found.changed_ns, found.path.name))


def locked(data_dir: Path) -> AbstractContextManager[None]:
    """Holds the lock for ingesting files."""
    return files.locked(data_dir / ARCHIVE / ".lock")


def records(data_dir: Path) -> tuple[Record, ...]:
    """Every record, in the order in which files were ingested."""
    return tuple(sorted(map(_read_record, _record_paths(data_dir)), key=lambda record: record.number))


def was_refused(data_dir: Path, sha256: str) -> bool:
    """Whether a file with the checksum is in the quarantine."""
    return (data_dir / _folder(QUARANTINE, sha256)).exists()


def _record_paths(data_dir: Path) -> list[Path]:
    return [path for root in (ARCHIVE, QUARANTINE) for path in (data_dir / root).glob(f"??/*/{RECORD}")]


def _read_record(path: Path) -> Record:
    return _cached_record(path, file_stat(path))


@lru_cache(maxsize=10_000)
def _cached_record(path: Path, unchanged: FileStat | None) -> Record:
    """The record in a file, read once while the file is unchanged, since one process asks many times."""
    found = read_yaml(path)
    values = {column.name: found[column.name] for column in fields(Record) if column.name in found}
    values["verdict"] = Verdict(values["verdict"])
    values["problems"] = tuple(Problem(**problem) for problem in values.get("problems") or ())
    return Record(**values)


def store(data_dir: Path, dropped: Path | bytes, record: Record, contents: dict[str, str | bytes]) -> Path:
    """Stores a dropped file, or the bytes of one of a release, with its record and other files; the file stays.

    Raises:
        ValueError: if the bytes are no longer those of the record.
    """
    folder = data_dir / record.folder
    contents = contents | {RECORD: yaml_text(asdict(record))}
    if (folder / FILE).exists():  # refused before, perhaps for other reasons
        for name, content in contents.items():
            files.write_safely(folder / name, _encoded(content))
        return folder
    with _appearing(folder) as temporary:
        if isinstance(dropped, bytes):
            (temporary / FILE).write_bytes(dropped)
        else:
            shutil.copyfile(dropped, temporary / FILE)
        if files.sha256(temporary / FILE) != record.sha256:
            raise ValueError(f"{record.name} changed while it was ingested")
        # If the record is lost, the file itself says when it was ingested.
        os.utime(temporary / FILE, (record.received.timestamp(), record.received.timestamp()))
        write_contents(temporary, contents)
    return folder


def write_contents(folder: Path, contents: dict[str, str | bytes]) -> None:
    """Writes files, by name, to a folder that nobody reads yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(_encoded(content))


def _encoded(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def store_note(folder: Path, note: Path) -> None:
    """Moves a note from the inbox to the folder of its file, under a name of its own."""
    content = note.read_bytes()
    target = folder / note_name(content)
    if not target.exists():
        files.write_safely(target, content)
    note.unlink()


def note_name(content: bytes) -> str:
    """The name of a stored note; several notes on a file have different names."""
    return f"note-{files.sha256_of(content)[:12]}{NOTE_ENDING}"


def remove_from_inbox(dropped: FileStat) -> bool:
    """Removes a stored file from the inbox, unless it has changed since the poll.

    It is renamed first: what arrives under its name meanwhile is another file.
    """
    if file_stat(dropped.path) != dropped:
        return False
    leaving = dropped.path.with_name(f".{uuid.uuid4().hex}{_LEAVING}")
    dropped.path.rename(leaving)
    now = file_stat(leaving)
    if now is None or (now.inode, now.size, now.changed_ns) != (dropped.inode, dropped.size, dropped.changed_ns):
        _restore_to_inbox(leaving)
        return False
    leaving.unlink()
    return True


def _restore_to_inbox(path: Path) -> None:
    """Gives a file in the inbox a unique name that is not ignored."""
    path.rename(path.with_name(path.name.strip(".").removesuffix(_LEAVING)))


def drop_quarantined(data_dir: Path, sha256: str) -> None:
    """Deletes a refused file that is in the archive now, once its notes are there too."""
    folder, accepted = data_dir / _folder(QUARANTINE, sha256), data_dir / _folder(ARCHIVE, sha256)
    if folder.exists() and accepted.exists():
        for note in folder.glob(f"note-*{NOTE_ENDING}"):
            files.copy(note, accepted / note.name)
        shutil.rmtree(folder)


def withdraw(data_dir: Path, record: Record, reason: str) -> Path:
    """Moves a file of the archive to the quarantine with its rows and notes; returns its folder there."""
    message = f"was withdrawn: {reason}"
    problem = Problem(record.name, message, "Drop it again if that was a mistake.")
    withdrawn = replace(record, verdict=Verdict.REFUSED, message=message, problems=(problem,), rows=0, source_id=None)
    source, target = data_dir / record.folder, data_dir / withdrawn.folder
    files.write_safely(source / RECORD, yaml_text(asdict(withdrawn)).encode())
    _move(source, target)
    files.write_text(target / REPORT, f"{problem}\n")
    return target


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)


def needs_repair(inbox: Path, data_dir: Path) -> bool:
    """Whether an interrupted process left something unfinished."""
    return bool(list(inbox.glob(f".*{_LEAVING}")) or _without_record(data_dir) or _half_withdrawn(data_dir))


def _without_record(data_dir: Path) -> list[Path]:
    """Folders of files whose record is lost or unreadable, as after a power cut."""
    folders = [path.parent for root in (ARCHIVE, QUARANTINE) for path in (data_dir / root).glob(f"??/*/{FILE}")]
    return [folder for folder in folders if not folder.name.startswith(".") and not _is_record(folder / RECORD)]


def _half_withdrawn(data_dir: Path) -> list[Record]:
    """Files of the archive whose withdrawal was recorded but not finished."""
    found = map(_read_record, (data_dir / ARCHIVE).glob(f"??/*/{RECORD}"))
    return [record for record in found if record.verdict is Verdict.REFUSED]


def first_received(dropped: FileStat, now: datetime) -> datetime | None:
    """When a file whose record was lost was first ingested: :func:`repair` dropped it under its checksum."""
    name = dropped.path.name
    try:
        if _CHECKSUM.fullmatch(name) is None or files.sha256(dropped.path) != name:
            return None
    except OSError:  # classifying it says why
        return None
    # A file that a person named like this may have any time.
    return min(datetime.fromtimestamp(dropped.changed_ns / 1e9, UTC), now)


def _is_record(path: Path) -> bool:
    try:
        _read_record(path)
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError, yaml.YAMLError):
        return False
    return True


def repair(inbox: Path, data_dir: Path) -> None:
    """Finishes or removes what a process left half-done; never deletes the last copy."""
    for path in list(inbox.glob(f".*{_LEAVING}")):
        _restore_to_inbox(path)
    for folder in _without_record(data_dir):
        if folder.is_relative_to(data_dir / ARCHIVE):
            _drop_again(folder, inbox, data_dir)
        else:
            _record_as_refused(folder, data_dir)
    for record in _half_withdrawn(data_dir):
        _move(data_dir / _folder(ARCHIVE, record.sha256), data_dir / record.folder)
    for root in (ARCHIVE, QUARANTINE):
        for folder in (data_dir / root).glob("??/.*.partial"):
            shutil.rmtree(folder, ignore_errors=True)
    for folder in (data_dir / QUARANTINE).glob("??/*"):
        drop_quarantined(data_dir, folder.name)


def _drop_again(folder: Path, inbox: Path, data_dir: Path) -> None:
    """Drops an archived file again under its checksum, and keeps its folder unchanged elsewhere."""
    again = inbox / folder.name
    notes = sorted(folder.glob(f"note-*{NOTE_ENDING}"), key=lambda note: note.stat().st_mtime)
    for note in notes[-1:]:
        files.copy(note, again.with_name(f"{again.name}{NOTE_ENDING}"))
    files.copy(folder / FILE, again)
    shutil.copystat(folder / FILE, again)
    _move(folder, data_dir / UNRECORDED / f"{folder.name}-{uuid.uuid4().hex[:8]}")


def _record_as_refused(folder: Path, data_dir: Path) -> None:
    """Leaves a file in the quarantine there: it was refused, or a person withdrew it."""
    found = (folder / FILE).stat()
    message = "was refused or withdrawn, and its record is lost"
    readable = [_read_record(path) for path in _record_paths(data_dir) if _is_record(path)]
    record = Record(
        number=max((record.number for record in readable), default=0) + 1,
        name=folder.name,
        sha256=folder.name,
        size=found.st_size,
        verdict=Verdict.REFUSED,
        message=message,
        received_at=datetime.fromtimestamp(found.st_mtime, UTC).isoformat(timespec="microseconds"),
        problems=(Problem(folder.name, message, "Drop it by itself to have it read again."),),
    )
    files.write_safely(folder / RECORD, yaml_text(asdict(record)).encode())


def write_log(data_dir: Path, line: str, clock: Clock) -> None:
    """Adds a line to the log of the inbox."""
    path = data_dir / "logs" / "inbox.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as log:
        log.write(f"{clock.now().isoformat(timespec='seconds')} {line}\n")


def published_vintages(data_dir: Path) -> frozenset[str]:
    """The vintages in the published version; none if there is none."""
    try:
        with open_snapshot(data_dir) as snapshot:
            return frozenset(vintage for (vintage,) in snapshot.sql("SELECT vintage_id FROM raw.vintage").fetchall())
    except NothingPublishedError:
        return frozenset()


def plain_name(name: str) -> str:
    """A file name that can be displayed and stored: unprintable characters become question marks."""
    text = name.encode("utf-8", "replace").decode("utf-8")
    return "".join(character if character.isprintable() else "?" for character in text)[:_SHOWN_NAME]


@contextmanager
def _appearing(folder: Path) -> Iterator[Path]:
    """A folder to fill that appears in one step."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}.partial")
    temporary.mkdir()
    try:
        yield temporary
        for path in temporary.iterdir():
            files.sync(path)
        files.sync(temporary)
        temporary.rename(folder)
        files.sync(folder.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


class _Plain(yaml.SafeDumper):
    """Writes every value in full: an alias could be misread."""

    def ignore_aliases(self, data: object) -> bool:
        return True


_Plain.add_representer(Verdict, lambda dumper, verdict: dumper.represent_str(verdict.value))


def yaml_text(values: dict[str, object]) -> str:
    """Values as YAML, in their order."""
    return yaml.dump(values, Dumper=_Plain, sort_keys=False, allow_unicode=True)
