"""Takes in what lies in the inbox: each file judged, then given its folder, and only then out of the inbox.

The files of a release are judged and given their folders first, one after the other, then the release, which stays in
the inbox as long as one of them waits.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.ground import files
from nhs_assets.ground.clock import Clock
from nhs_assets.ground.problems import BadInput, Problem
from nhs_assets.ground.scratch import scratch_folder
from nhs_assets.settings import Settings
from nhs_assets.sources.inbox.held import Held
from nhs_assets.sources.inbox.judge import judge
from nhs_assets.sources.inbox.judgement import FORMATS, LICENCE, Judgement
from nhs_assets.sources.inbox.note import Note, read_note
from nhs_assets.sources.inbox.periods import spoken
from nhs_assets.sources.inbox.received import PERIOD, TABLES, received_seeds
from nhs_assets.sources.inbox.time_limit import TookTooLong, time_limit
from nhs_assets.sources.parameters import read_parameters
from nhs_assets.sources.seed_files import find_seeds
from nhs_assets.sources.seeds import read_seed, read_table, served
from nhs_assets.sources.vintages import DECLARED
from nhs_assets.store import inbox
from nhs_assets.store.inbox import Look, Record, Verdict

MB = 1_000_000
SEEN_BEFORE = "seen before"
WAITS = "waits"
KEPT_PROBLEMS = 200
"""Problems that are written into a record; the report has all of them."""

LONGEST_VALUE = 400


@dataclass(frozen=True)
class Taken:
    """What became of one file in the inbox or in a release, or would.

    Attributes:
        name: its name.
        outcome: a verdict, or that it was seen before, or waits.
        message: why.
        judgement: what was found, unless it was seen before or could not be looked at.
    """

    name: str
    outcome: str
    message: str
    judgement: Judgement | None = None

    def __str__(self) -> str:
        return f"{self.name}: {self.outcome}. {self.message}"


@dataclass(frozen=True)
class _Part:
    """A file of a release.

    Attributes:
        name: its name, after that of the release.
        content: its bytes.
        sha256: their checksum.
        release: name of the release in the inbox.
        release_sha256: checksum of the release.
    """

    name: str
    content: bytes
    sha256: str
    release: str
    release_sha256: str


def preview(settings: Settings, clock: Clock) -> tuple[Taken, ...]:
    """What would become of each file in the inbox now, those of a release before it; nothing is moved or written.

    Raises:
        BadInput: if a seed that files are held against is refused.
    """
    looks = inbox.look(settings.inbox)
    if not looks:
        return ()
    held = held_now(settings, clock.now())
    return tuple(taken for one in looks.values() for taken in _foreseen(settings, one, held))


def _foreseen(settings: Settings, seen: Look, held: Held) -> list[Taken]:
    taken, sha256, note = _look_into(settings, seen, held)
    parts = [_look_into_part(part, note, held) for part in _parts(taken, sha256)]
    return [*parts, _with_parts(taken, parts)]


def take_in(settings: Settings, clock: Clock, sleep: Callable[[float], None] = time.sleep) -> tuple[Taken, ...]:
    """Takes in every file of the inbox that nobody writes to any more; what waits stays there.

    The files of a release come before it.

    Args:
        settings: where everything is.
        clock: tells when each file is taken in.
        sleep: waits between the two looks.

    Raises:
        BadInput: if a seed that files are held against is refused; nothing has been moved then.
    """
    settings.inbox.mkdir(parents=True, exist_ok=True)
    if not inbox.look(settings.inbox) and not inbox.needs_repair(settings.inbox, settings.data_dir):
        return ()
    with inbox.locked(settings.data_dir):
        inbox.repair(settings.inbox, settings.data_dir)
        looks = inbox.settled(settings.inbox, settings.inbox_settle_seconds, sleep)
        done = []
        held = held_now(settings, clock.now()) if looks else None
        for seen in looks:
            count = len(done)
            for taken in _take(settings, seen, replace(held, now=clock.now())):
                inbox.write_log(settings.data_dir, str(taken), clock)
                done.append(taken)
            if _any_taken(done[count:]):  # what was taken in changes what the next file is held against
                held = _as_of_now(settings, held)
        return tuple(done)


def held_now(settings: Settings, now: datetime) -> Held:
    """What the tables have, from the seeds and the files taken in before.

    Args:
        settings: where everything is.
        now: the present moment, in UTC.

    Raises:
        BadInput: if a seed is refused, or the archive is not as it was left.
    """
    seeds = find_seeds(settings.seeds_dir)
    vintages = read_table(contract("raw.vintage"), seeds)
    parameters = read_parameters(settings.seeds_dir)
    of_seeds = Held(
        organisations=read_table(contract("raw.organisation"), seeds),
        seeds={table: read_table(contract(table), seeds) for table in TABLES},
        received={},
        records=(),
        vintages=dict(vintages.select("vintage_id", "known_from").iter_rows()),
        published=inbox.published_vintages(settings.data_dir),
        step_limit_pct=_latest(parameters, "neighbour_step_limit_pct"),
        staff_step_limit_pct=_latest(parameters, "staff_step_limit_pct"),
        limits=settings,
        now=now,
    )
    return _as_of_now(settings, of_seeds)


def _latest(parameters: pl.DataFrame, parameter_id: str) -> float:
    """The latest value, by which the checks judge the tables too."""
    return float(parameters.filter(pl.col("parameter_id") == parameter_id).sort("valid_from")["value"][-1])


def _as_of_now(settings: Settings, held: Held) -> Held:
    """The same with every file that has been taken in by now."""
    records = inbox.records(settings.data_dir)
    seeds = received_seeds(settings.data_dir, records)
    received = {seed.path.parent.name: served(seed, read_seed(seed)) for seed in seeds}
    return replace(held, records=records, received=received)


def _look_into(settings: Settings, seen: Look, held: Held) -> tuple[Taken, str, Note]:
    """What would become of a file, its checksum, and its note."""
    name = inbox.plain_name(seen.path.name)
    if seen.size > settings.publisher_file_mb * MB:  # not even its checksum is worked out
        rule = f"is larger than {settings.publisher_file_mb} MB"
        remedy = "Drop in the file that is meant in its place, or raise NHS_ASSETS_PUBLISHER_FILE_MB."
        return Taken(name, WAITS, f"{rule}. {remedy}"), "", Note()
    try:
        sha256 = files.sha256(seen.path)
    except OSError as error:
        return _unreadable(name, error), "", Note()
    before = _record_of(sha256, held)
    if before is not None and before.verdict is not Verdict.REFUSED:
        return _seen_before(name, before), sha256, Note()
    try:
        note = read_note(seen.note.path, held.today) if seen.note else Note()
    except BadInput as wrong:
        return Taken(name, WAITS, f"has a note that cannot be read: {wrong.problems[0]}"), sha256, Note()
    except OSError as error:
        remedy = "Give the note to who runs this."
        return Taken(name, WAITS, f"has a note that cannot be read: {error.strerror}. {remedy}"), sha256, Note()
    try:
        content = seen.path.read_bytes()
    except OSError as error:
        return _unreadable(name, error), sha256, note
    taken = _judged(name, content, sha256, note, held)
    if taken.outcome == WAITS and name != seen.path.name:
        taken = replace(
            taken, message=f"{taken.message} Before it can have a note, give it a shorter and plainer name."
        )
    return taken, sha256, note


def _look_into_part(part: _Part, note: Note, held: Held) -> Taken:
    """What would become of a file of a release, of which the note of the release holds too."""
    before = _record_of(part.sha256, held)
    # What was refused out of this very release, or withdrawn, stays so while the release waits for another file.
    if before is not None and (before.verdict is not Verdict.REFUSED or before.release == part.release_sha256):
        return _seen_before(part.name, before)
    taken = _judged(part.name, part.content, part.sha256, note, held)
    own_note, note_name = (f"{name}{inbox.NOTE_ENDING}" for name in (part.name, part.release))
    return replace(taken, message=taken.message.replace(own_note, note_name))


def _judged(name: str, content: bytes, sha256: str, note: Note, held: Held) -> Taken:
    limit = held.limits.publisher_seconds
    try:
        with time_limit(limit):
            judged = judge(name, content, sha256, note, held)
    except TookTooLong:
        remedy = "Get it again from the publisher, or raise NHS_ASSETS_PUBLISHER_SECONDS."
        return Taken(name, WAITS, f"takes more than {limit:g} s to read. {remedy}")
    except Exception as error:  # a fault of ours must not cost a file: it stays where it is
        fault = f"could not be read because of a fault here: {type(error).__name__}: {error}"
        return Taken(name, WAITS, fault)
    taken = Taken(name, judged.verdict.value if judged.verdict else WAITS, judged.message, judged)
    wrong = _wrong_when_read(_record(taken, len(content), sha256, note, held), judged, note)
    if wrong:
        message = f"has a note of which the tables cannot take: {replace(wrong[0], file=f'{name}{inbox.NOTE_ENDING}')}"
        return Taken(name, WAITS, message)
    return taken


def _wrong_when_read(record: Record, judged: Judgement, note: Note) -> Sequence[Problem]:
    """What would be wrong with an accepted file once it is read as every refresh reads it: words of its note."""
    if record.verdict is not Verdict.ACCEPTED:
        return ()
    with scratch_folder() as folder:
        inbox.put_beside(folder / record.folder, _beside(record, judged, note))
        (seed,) = received_seeds(folder, [record])
        try:
            read_seed(seed)
            for table in DECLARED:
                read_table(contract(table), [seed])
        except BadInput as wrong:
            return wrong.problems
    return ()


def _unreadable(name: str, error: OSError) -> Taken:
    return Taken(name, WAITS, f"cannot be read: {error.strerror}. Give the file to who runs this.")


def _any_taken(done: list[Taken]) -> bool:
    return any(taken.outcome in tuple(Verdict) for taken in done)


def _record_of(sha256: str, held: Held) -> Record | None:
    return next((one for one in held.records if one.sha256 == sha256), None)


def _seen_before(name: str, before: Record) -> Taken:
    message = f"It was taken in as {before.name} on {before.received_on} and {before.verdict.value}."
    if before.verdict is Verdict.OPENED:
        message += " A file of it that was refused is read anew if it is dropped in by itself."
    if before.verdict is Verdict.REFUSED:
        message += " It is read anew if it is dropped in by itself."
    return Taken(name, SEEN_BEFORE, message)


def _parts(taken: Taken, sha256: str) -> list[_Part]:
    """The files of a release; none of any other file."""
    parts = taken.judgement.parts if taken.judgement else {}
    return [
        _Part(f"{taken.name}--{inbox.plain_name(name)}", content, files.sha256_of(content), taken.name, sha256)
        for name, content in parts.items()
    ]


def _with_parts(taken: Taken, parts: list[Taken]) -> Taken:
    """What becomes of a release in view of its files: it waits with any of them."""
    if not parts:
        return taken
    whole = replace(taken, judgement=replace(taken.judgement, parts={}))
    waiting = ", ".join(part.name for part in parts if part.outcome == WAITS)
    if not waiting:
        return whole
    return replace(whole, outcome=WAITS, message=f"{taken.message} It stays until none of them waits: {waiting}.")


def _take(settings: Settings, seen: Look, held: Held) -> Iterator[Taken]:
    """Takes in a file, of a release each of its files first; tells of each once it is done."""
    held = replace(held, came=inbox.came_back(seen, held.now))
    taken, sha256, note = _look_into(settings, seen, held)
    parts = []
    for part in _parts(taken, sha256):
        parts.append(_take_part(settings, part, seen, note, held))
        yield parts[-1]
        if _any_taken(parts[-1:]):
            held = _as_of_now(settings, held)
    yield _take_whole(settings, seen, _with_parts(taken, parts), sha256, note, held)


def _take_part(settings: Settings, part: _Part, seen: Look, note: Note, held: Held) -> Taken:
    taken = _look_into_part(part, note, held)
    if taken.outcome in (WAITS, SEEN_BEFORE):
        return taken
    record = _record(taken, len(part.content), part.sha256, note, held, part.release_sha256)
    beside = _beside(record, taken.judgement, note)
    if seen.note:
        noted = seen.note.path.read_bytes()
        beside[inbox.note_name(noted)] = noted
    inbox.keep(settings.data_dir, part.content, record, beside)
    if taken.outcome != Verdict.REFUSED:
        inbox.drop_quarantined(settings.data_dir, part.sha256)
    return taken


def _take_whole(settings: Settings, seen: Look, taken: Taken, sha256: str, note: Note, held: Held) -> Taken:
    if taken.outcome == WAITS:
        return taken
    if taken.outcome == SEEN_BEFORE:
        folder = settings.data_dir / _record_of(sha256, held).folder
    else:
        record = _record(taken, seen.size, sha256, note, held)
        beside = _beside(record, taken.judgement, note)
        try:
            folder = inbox.keep(settings.data_dir, seen.path, record, beside)
        except ValueError as changed:
            return Taken(taken.name, WAITS, str(changed))
    try:
        if seen.note:
            inbox.keep_note(folder, seen.note.path)
        if not inbox.leave_inbox(seen):
            stays = "It has changed meanwhile, so what is in the inbox now stays."
            return replace(taken, message=f"{taken.message} {stays}")
    except OSError as error:
        stays = f"It stays in the inbox, from which it cannot be taken: {error.strerror}."
        return replace(taken, message=f"{taken.message} {stays}")
    if taken.outcome != Verdict.REFUSED:
        inbox.drop_quarantined(settings.data_dir, sha256)
    return taken


def _record(taken: Taken, size: int, sha256: str, note: Note, held: Held, release: str | None = None) -> Record:
    judged = taken.judgement
    accepted = judged.verdict is Verdict.ACCEPTED
    return Record(
        number=max((one.number for one in held.records), default=0) + 1,
        name=taken.name,
        sha256=sha256,
        size=size,
        verdict=judged.verdict,
        message=taken.message,
        received_at=held.arrived.isoformat(timespec="microseconds"),
        format_id=judged.format_id,
        first_month=judged.first_month,
        last_month=judged.last_month,
        date_published=note.date_published,
        raw_table=judged.raw_table,
        rows=len(judged.frame) if accepted else 0,
        source_id=judged.source_id if accepted else None,
        vintage_id=judged.vintage_id if accepted else None,
        replaces_seed=judged.replaces_seed and accepted,
        periods=dict(judged.periods) if accepted else {},
        problems=tuple(_short(problem) for problem in judged.problems[:KEPT_PROBLEMS]),
        release=release,
    )


def _short(problem: Problem) -> Problem:
    """A problem whose value is no longer than a person reads: a refused file may hold a cell of a million."""
    return replace(problem, value=problem.value and problem.value[:LONGEST_VALUE])


def _beside(record: Record, judged: Judgement, note: Note) -> dict[str, str | bytes]:
    """What goes beside a file: the report on what is wrong, and of an accepted one its rows with their origin."""
    beside: dict[str, str | bytes] = {}
    if judged.problems:
        beside[inbox.REPORT] = "".join(f"{problem}\n" for problem in judged.problems)
    if record.verdict is Verdict.ACCEPTED:
        table = contract(record.raw_table).table
        rows = judged.frame.select(contract(record.raw_table).column_names).write_csv().encode()
        beside[f"{table}.csv"] = rows
        beside[f"{table}{inbox.NOTE_ENDING}"] = inbox.yaml_text(_origin(record, judged, note, rows))
    return beside


def _origin(record: Record, judged: Judgement, note: Note, rows: bytes) -> dict[str, object]:
    """An origin as seeds have it, with the document, and the vintage if it is new."""
    publisher, title, kind, grade = FORMATS[record.format_id]
    period = spoken(record.periods) if record.raw_table in PERIOD else f"{record.first_month:%B %Y}"
    origin: dict[str, object] = {
        "publisher": note.publisher or publisher,
        "title": note.title or f"{title}, {period}",
        "description": f"Rows read from {record.name}, which came through the inbox.",
        "date_published": record.date_published,
        "date_accessed": record.received_on,
        "url": note.url,
        "licence": note.licence or LICENCE,
        "rows": record.rows,
        "sha256": files.sha256_of(rows),
        "document": {"source_id": record.source_id, "kind": kind, "evidence_grade": grade},
    }
    if judged.declares_vintage:
        origin["vintage"] = {
            "label": note.label or f"OBR {period}",
            "event": note.event or f"The Office for Budget Responsibility published its outlook of {period}.",
            "known_from": record.date_published,
        }
    return origin
