"""The inbox, its archive and its quarantine as folders: nothing that was dropped is lost, whenever a process ends.

A file that was taken in has a folder named by its checksum, which appears whole or not at all, and only then leaves
the inbox. A folder of the archive never changes and is never removed.
"""

import hashlib
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
from nhs_assets.store.snapshot import NothingPublished, open_snapshot

NOTE_ENDING = ".origin.yml"
"""Ends the name of a note: what a person says of the file whose name stands before it."""

ARCHIVE = "archive"
QUARANTINE = "quarantine/inbox"
UNRECORDED = "quarantine/unrecorded"
"""Folders of the archive whose record was lost, as they were found."""
FILE = "file"
RECORD = "received.yml"
REPORT = "report.txt"

_LEAVING = ".leaving"
_UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".filepart", ".tmp", "~")
_SHOWN_NAME = 200
_CHECKSUM = re.compile(r"[0-9a-f]{64}")


class Verdict(StrEnum):
    """What became of a file that was taken in."""

    ACCEPTED = "accepted"
    HELD = "held"
    OPENED = "opened"
    REFUSED = "refused"


@dataclass(frozen=True)
class Look:
    """A dropped file as it looked: two looks that are alike show a file that nobody writes to.

    Attributes:
        path: where it is.
        size: its bytes.
        changed_ns: when its bytes changed (Unix, nanoseconds).
        touched_ns: when anything of it changed, which no program can set back.
        inode: which file has the name.
    """

    path: Path
    size: int
    changed_ns: int
    touched_ns: int
    inode: int

    @property
    def note(self) -> "Look | None":
        """How its note looks, if there is one: a plain file, no link to another and nothing that never ends."""
        return look_at(self.path.with_name(f"{self.path.name}{NOTE_ENDING}"))


@dataclass(frozen=True)
class Record:
    """What is written down of a file that was taken in.

    Attributes:
        number: place in the order in which files were taken in.
        name: name under which it was dropped.
        sha256: checksum of its bytes.
        size: its bytes.
        verdict: what became of it.
        message: why, in a sentence.
        received_at: when (ISO, UTC).
        format_id: the format that its content has.
        first_month: first month that it covers, or month of its forecast.
        last_month: last month that it covers.
        date_published: day of publication, as its note says.
        raw_table: the table it serves.
        rows: rows that it serves.
        source_id: the document that it is.
        vintage_id: the vintage that its rows name.
        replaces_seed: whether its rows take the place of those of a seed, as its note says.
        periods: rows that it serves by period, where the newest file of a period counts: month, as its first day, or
            financial year.
        problems: what is wrong with the file, or with the rows that were set aside.
        release: checksum of the release that it came in, if it did.
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
    problems: tuple[Problem, ...] = field(default=())
    release: str | None = None

    @property
    def folder(self) -> str:
        """Its folder within the data folder."""
        return f"{QUARANTINE if self.verdict is Verdict.REFUSED else ARCHIVE}/{self.sha256[:2]}/{self.sha256}"

    @property
    def file(self) -> str:
        """Where its bytes are, within the data folder."""
        return f"{self.folder}/{FILE}"

    @property
    def received(self) -> datetime:
        """The moment at which it was taken in."""
        return datetime.fromisoformat(self.received_at)

    @property
    def received_on(self) -> date:
        """The day on which it was taken in."""
        return day_of(self.received)


def look(inbox: Path) -> dict[str, Look]:
    """The files in the inbox by name, without notes, hidden files and those whose name says they are unfinished."""
    found: dict[str, Look] = {}
    for path in sorted(inbox.iterdir()) if inbox.is_dir() else ():
        if path.name.startswith(".") or path.name.lower().endswith((NOTE_ENDING, *_UNFINISHED)):
            continue
        seen = look_at(path)
        if seen is not None:
            found[path.name] = seen
    return found


def look_at(path: Path) -> Look | None:
    """How a plain file looks; None for anything else, and for what is gone or has a name that no file can have."""
    try:
        seen = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(seen.st_mode):
        return None
    return Look(path, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)


def left_lying(inbox: Path) -> dict[str, str]:
    """What is in the inbox and is never taken, by name, with the reason."""
    found: dict[str, str] = {}
    for path in sorted(inbox.iterdir()) if inbox.is_dir() else ():
        if path.is_symlink():
            found[path.name] = "is a link: put the file itself here"
        elif path.is_dir():
            found[path.name] = "is a folder: put the files in it straight into the inbox"
        elif not path.is_file():
            found[path.name] = "is no plain file: put the file itself here"
        elif path.name.startswith(".") or path.name.lower().endswith(_UNFINISHED):
            found[path.name] = "has the name of an unfinished file: rename it when it is whole"
        elif (
            path.name.lower().endswith(NOTE_ENDING) and look_at(path.with_name(path.name[: -len(NOTE_ENDING)])) is None
        ):
            found[path.name] = "is a note on a file that is not here"
    return found


def settled(inbox: Path, seconds: float, sleep: Callable[[float], None] = time.sleep) -> list[Look]:
    """The files that are unchanged between two looks, so many seconds apart; the oldest first.

    When a file says that it changed is not asked: a file server has a clock of its own.
    """
    first = look(inbox)
    if not first:
        return []
    sleep(seconds)
    second = look(inbox)
    alike = [one for name, one in second.items() if first.get(name) == one]
    return sorted(alike, key=lambda one: (one.changed_ns, one.path.name))


def locked(data_dir: Path) -> AbstractContextManager[None]:
    """Holds the right to take files in."""
    return files.locked(data_dir / ARCHIVE / ".lock")


def records(data_dir: Path) -> tuple[Record, ...]:
    """Every record, in the order in which files were taken in."""
    paths = [path for root in (ARCHIVE, QUARANTINE) for path in (data_dir / root).glob(f"??/*/{RECORD}")]
    return tuple(sorted(map(_known_record, paths), key=lambda record: record.number))


def was_refused(data_dir: Path, sha256: str) -> bool:
    """Whether a file with the checksum lies in the quarantine."""
    return (data_dir / QUARANTINE / sha256[:2] / sha256).exists()


def _known_record(path: Path) -> Record:
    seen = look_at(path)
    return _read_once(path, seen) if seen else read_record(path)


@lru_cache(maxsize=10_000)
def _read_once(path: Path, seen: Look) -> Record:
    """A record as it was when it looked so: one process asks for the same ones many times."""
    return read_record(path)


def read_record(path: Path) -> Record:
    """The record in a file."""
    found = read_yaml(path)
    known = {one.name for one in fields(Record)}
    values = {name: value for name, value in found.items() if name in known}
    values["verdict"] = Verdict(values["verdict"])
    values["problems"] = tuple(Problem(**problem) for problem in values.get("problems") or ())
    return Record(**values)


def keep(data_dir: Path, dropped: Path | bytes, record: Record, beside: dict[str, str | bytes]) -> Path:
    """Gives a dropped file its folder, with its record and what goes beside it; the dropped file stays.

    Args:
        data_dir: the data folder.
        dropped: the file, or the bytes of a file of a release.
        record: what is written down of it.
        beside: what goes beside it, by name.

    Raises:
        ValueError: if the bytes are no longer those of the record.
    """
    folder = data_dir / record.folder
    if (folder / FILE).exists():  # refused before, for other reasons perhaps
        for name, content in (beside | {RECORD: _record_text(record)}).items():
            with files.replacing(folder / name) as temporary:
                temporary.write_bytes(content.encode() if isinstance(content, str) else content)
                files.sync(temporary)
        return folder
    with _appearing(folder) as temporary:
        if isinstance(dropped, bytes):
            (temporary / FILE).write_bytes(dropped)
        else:
            shutil.copyfile(dropped, temporary / FILE)
        if files.sha256(temporary / FILE) != record.sha256:
            raise ValueError(f"{record.name} changed while it was taken in")
        # Should the record be lost, the file itself tells when it came.
        os.utime(temporary / FILE, (record.received.timestamp(), record.received.timestamp()))
        put_beside(temporary, beside)
        (temporary / RECORD).write_text(_record_text(record), encoding="utf-8")
    return folder


def put_beside(folder: Path, beside: dict[str, str | bytes]) -> None:
    """Writes what goes beside a file, by name, into a folder that nobody reads yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in beside.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def keep_note(folder: Path, note: Path) -> None:
    """Keeps a note beside the file that it is of, under a name of its own, and takes it out of the inbox."""
    content = note.read_bytes()
    target = folder / note_name(content)
    if not target.exists():
        with files.replacing(target) as temporary:
            temporary.write_bytes(content)
            files.sync(temporary)
    note.unlink()


def note_name(content: bytes) -> str:
    """Name under which a note is kept, so that no two take each other's place."""
    return f"note-{hashlib.sha256(content).hexdigest()[:12]}{NOTE_ENDING}"


def leave_inbox(seen: Look) -> bool:
    """Takes a file that is kept out of the inbox, unless it has changed since it was looked at.

    It is first given a name that nobody writes to: what comes under its own name meanwhile is another file.
    """
    if look_at(seen.path) != seen:
        return False
    leaving = seen.path.with_name(f".{uuid.uuid4().hex}{_LEAVING}")
    seen.path.rename(leaving)
    now = look_at(leaving)
    if now is None or (now.inode, now.size, now.changed_ns) != (seen.inode, seen.size, seen.changed_ns):
        _back_in_inbox(leaving)
        return False
    leaving.unlink()
    return True


def _back_in_inbox(path: Path) -> None:
    """Gives a file in the inbox a name under which it is looked at, and which no other has."""
    path.rename(path.with_name(path.name.strip(".").removesuffix(_LEAVING)))


def drop_quarantined(data_dir: Path, sha256: str) -> None:
    """Removes a refused file that is in the archive now, once its notes are there too."""
    folder = data_dir / QUARANTINE / sha256[:2] / sha256
    accepted = data_dir / ARCHIVE / sha256[:2] / sha256
    if folder.exists() and accepted.exists():
        for note in folder.glob(f"note-*{NOTE_ENDING}"):
            files.copy(note, accepted / note.name)
        shutil.rmtree(folder)


def withdraw(data_dir: Path, record: Record, reason: str) -> Path:
    """Moves a file of the archive to the quarantine, rows and notes and all, and says where it is."""
    problem = Problem(record.name, f"was withdrawn: {reason}", "Drop it in again if that was wrong.")
    withdrawn = replace(
        record, verdict=Verdict.REFUSED, message=f"was withdrawn: {reason}", problems=(problem,), rows=0, source_id=None
    )
    source, target = data_dir / record.folder, data_dir / withdrawn.folder
    with files.replacing(source / RECORD) as temporary:
        temporary.write_text(_record_text(withdrawn), encoding="utf-8")
        files.sync(temporary)
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)
    files.write_text(target / REPORT, f"{problem}\n")
    return target


def needs_repair(inbox: Path, data_dir: Path) -> bool:
    """Whether a process or the machine left something behind that a person may miss."""
    return bool(_left_leaving(inbox) or _without_record(data_dir) or _half_withdrawn(data_dir))


def _left_leaving(inbox: Path) -> list[Path]:
    return list(inbox.glob(f".*{_LEAVING}"))


def _without_record(data_dir: Path) -> list[Path]:
    """Folders of files whose record is lost or cannot be read, as after a power cut."""
    folders = [path.parent for root in (ARCHIVE, QUARANTINE) for path in (data_dir / root).glob(f"??/*/{FILE}")]
    return [folder for folder in folders if not folder.name.startswith(".") and not _is_record(folder / RECORD)]


def _half_withdrawn(data_dir: Path) -> list[Record]:
    """Files of the archive whose withdrawal was written down and not finished."""
    found = [_known_record(path) for path in (data_dir / ARCHIVE).glob(f"??/*/{RECORD}")]
    return [record for record in found if record.verdict is Verdict.REFUSED]


def came_back(seen: Look, now: datetime) -> datetime | None:
    """When a file was first taken in whose record is lost: :func:`repair` dropped it under its checksum."""
    try:
        if _CHECKSUM.fullmatch(seen.path.name) is None or files.sha256(seen.path) != seen.path.name:
            return None
    except OSError:  # looking into it says why
        return None
    # A file that a person named so may carry any time.
    return min(datetime.fromtimestamp(seen.changed_ns / 1e9, UTC), now)


def _is_record(path: Path) -> bool:
    try:
        _known_record(path)
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError, yaml.YAMLError):
        return False
    return True


def repair(inbox: Path, data_dir: Path) -> None:
    """Finishes or clears away what a process left half-done; nothing that is cleared away is the only copy."""
    for path in _left_leaving(inbox):
        _back_in_inbox(path)
    for folder in _without_record(data_dir):
        if folder.is_relative_to(data_dir / ARCHIVE):
            _judge_again(folder, inbox, data_dir)
        else:
            _record_as_refused(folder, data_dir)
    for record in _half_withdrawn(data_dir):
        (data_dir / record.folder).parent.mkdir(parents=True, exist_ok=True)
        (data_dir / ARCHIVE / record.sha256[:2] / record.sha256).rename(data_dir / record.folder)
    for root in (ARCHIVE, QUARANTINE):
        for folder in (data_dir / root).glob("??/.*.partial"):
            shutil.rmtree(folder, ignore_errors=True)
    for folder in (data_dir / QUARANTINE).glob("??/*"):
        drop_quarantined(data_dir, folder.name)


def _judge_again(folder: Path, inbox: Path, data_dir: Path) -> None:
    """Drops an archived file anew under its checksum, and sets its folder aside as it is."""
    again = inbox / folder.name
    notes = sorted(folder.glob(f"note-*{NOTE_ENDING}"), key=lambda note: note.stat().st_mtime)
    for note in notes[-1:]:
        files.copy(note, again.with_name(f"{again.name}{NOTE_ENDING}"))
    files.copy(folder / FILE, again)
    shutil.copystat(folder / FILE, again)
    aside = data_dir / UNRECORDED / f"{folder.name}-{uuid.uuid4().hex[:8]}"
    aside.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(aside)


def _record_as_refused(folder: Path, data_dir: Path) -> None:
    """Leaves a file in the quarantine there: it was refused, or a person withdrew it."""
    seen = (folder / FILE).stat()
    message = "was refused or withdrawn, and its record is lost"
    problem = Problem(folder.name, message, "Drop it in by itself if it is to be read.")
    sound = [path for root in (ARCHIVE, QUARANTINE) for path in (data_dir / root).glob(f"??/*/{RECORD}")]
    record = Record(
        number=max((_known_record(path).number for path in sound if _is_record(path)), default=0) + 1,
        name=folder.name,
        sha256=folder.name,
        size=seen.st_size,
        verdict=Verdict.REFUSED,
        message=message,
        received_at=datetime.fromtimestamp(seen.st_mtime, UTC).isoformat(timespec="microseconds"),
        problems=(problem,),
    )
    with files.replacing(folder / RECORD) as temporary:
        temporary.write_text(_record_text(record), encoding="utf-8")
        files.sync(temporary)


def write_log(data_dir: Path, line: str, clock: Clock) -> None:
    """Adds a line to the log of the inbox."""
    path = data_dir / "logs" / "inbox.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as log:
        log.write(f"{clock.now().isoformat(timespec='seconds')} {line}\n")


def published_vintages(data_dir: Path) -> frozenset[str]:
    """The vintages in the version that is shown; none if there is none."""
    try:
        with open_snapshot(data_dir) as snapshot:
            return frozenset(one for (one,) in snapshot.sql("SELECT vintage_id FROM raw.vintage").fetchall())
    except NothingPublished:
        return frozenset()


def plain_name(name: str) -> str:
    """A file name that can be shown and stored: whatever is no plain character is replaced."""
    text = name.encode("utf-8", "replace").decode("utf-8")
    return "".join(one if one.isprintable() else "?" for one in text)[:_SHOWN_NAME]


@contextmanager
def _appearing(folder: Path) -> Iterator[Path]:
    """A folder to fill, which takes its place in one step."""
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


def _record_text(record: Record) -> str:
    values = asdict(record)
    values["verdict"] = record.verdict.value
    values["problems"] = [asdict(problem) for problem in record.problems]
    return yaml_text(values)


class _Plain(yaml.SafeDumper):
    """Writes every value out: a reference to one above may be read as something else."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def yaml_text(values: dict[str, object]) -> str:
    """Values as YAML, in their order."""
    return yaml.dump(values, Dumper=_Plain, sort_keys=False, allow_unicode=True)
