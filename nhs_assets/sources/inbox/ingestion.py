"""Ingests the files in the inbox: each is classified, then stored in its folder, and only then leaves the inbox.

The files of a release are ingested first, one after the other, then the release, which stays in the inbox while one of
them waits.
"""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from nhs_assets.contracts.registry import contract
from nhs_assets.ground import files
from nhs_assets.ground.clock import Clock
from nhs_assets.ground.problems import BadInputError, Problem, collected
from nhs_assets.ground.scratch import scratch_folder
from nhs_assets.settings import Settings
from nhs_assets.sources.inbox.classification import FORMATS, LICENCE, Classification, CurrentTables, note_for, refused
from nhs_assets.sources.inbox.forecast import TREASURY, classify_forecast, classify_treasury
from nhs_assets.sources.inbox.note import Note, read_note
from nhs_assets.sources.inbox.received_files import PERIOD, TABLES, received_seeds
from nhs_assets.sources.inbox.statistic import classify_statistic, format_periods
from nhs_assets.sources.parameters import read_parameters
from nhs_assets.sources.publishers import ReaderContext, ReadFile, comparison_problems, read_file, recognised, unpack
from nhs_assets.sources.seed_files import DECLARED, find_seeds
from nhs_assets.sources.seeds import read_seed, read_table, served
from nhs_assets.store import inbox
from nhs_assets.store.inbox import FileStat, Record, Verdict

MB = 1_000_000
SHOWN_UNREAD = 5
SEEN_BEFORE = "seen before"
WAITS = "waits"
RECORDED_PROBLEMS = 200
"""Problems in a record; the report has all of them."""

LONGEST_VALUE = 400
"""Characters of a value in a record: a refused file may have a cell of a million."""


@dataclass(frozen=True)
class Result:
    """What happened, or would happen, to one file in the inbox or in a release: a verdict, seen before, or waits."""

    name: str
    outcome: str
    message: str
    classification: Classification | None = None

    def __str__(self) -> str:
        return f"{self.name}: {self.outcome}. {self.message}"

    @property
    def is_ingested(self) -> bool:
        """Whether the file has a record now, so that the next one is compared with other tables."""
        return self.outcome in tuple(Verdict)


@dataclass(frozen=True)
class _Dropped:
    """A file in the inbox, or one of a release (then with the name and the checksum of the release)."""

    name: str
    sha256: str
    size: int
    content: bytes | None = None
    release: str | None = None
    release_sha256: str | None = None


def preview(settings: Settings, clock: Clock) -> tuple[Result, ...]:
    """What would happen to each file in the inbox now, those of a release before it; writes nothing."""
    stats = inbox.dropped_files(settings.inbox)
    current = current_tables(settings, clock.now()) if stats else None
    return tuple(result for stat in stats.values() for result in _results(settings, stat, current, dry_run=True))


def ingest(settings: Settings, clock: Clock, sleep: Callable[[float], None] = time.sleep) -> tuple[Result, ...]:
    """Ingests every complete file of the inbox, those of a release first; nothing if a seed is refused."""
    settings.inbox.mkdir(parents=True, exist_ok=True)
    if not inbox.dropped_files(settings.inbox) and not inbox.needs_repair(settings.inbox, settings.data_dir):
        return ()
    with inbox.locked(settings.data_dir):
        inbox.repair(settings.inbox, settings.data_dir)
        stats = inbox.stable_files(settings.inbox, settings.inbox_settle_seconds, sleep)
        results: list[Result] = []
        current = current_tables(settings, clock.now()) if stats else None
        for stat in stats:
            earlier = len(results)
            for result in _results(settings, stat, replace(current, now=clock.now())):
                inbox.write_log(settings.data_dir, str(result), clock)
                results.append(result)
            if any(result.is_ingested for result in results[earlier:]):
                current = _with_received(settings, current)
        return tuple(results)


def current_tables(settings: Settings, now: datetime) -> CurrentTables:
    """The tables at this moment (UTC), from the seeds and the files ingested before."""
    seeds = find_seeds(settings.seeds_dir)
    vintages = read_table(contract("raw.vintage"), seeds)
    parameters = read_parameters(settings.seeds_dir)

    latest = dict(parameters.sort("valid_from").select("parameter_id", "value").iter_rows())
    of_seeds = CurrentTables(
        organisations=read_table(contract("raw.organisation"), seeds),
        seeds={table: read_table(contract(table), seeds) for table in TABLES},
        received={},
        records=(),
        vintages=dict(vintages.select("vintage_id", "known_from").iter_rows()),
        published=inbox.published_vintages(settings.data_dir),
        step_limit_pct=latest["neighbour_step_limit_pct"],
        staff_step_limit_pct=latest["staff_step_limit_pct"],
        limits=settings,
        now=now,
    )
    return _with_received(settings, of_seeds)


def _with_received(settings: Settings, current: CurrentTables) -> CurrentTables:
    """The same with every file that has been ingested by now."""
    records = inbox.records(settings.data_dir)
    seeds = received_seeds(settings.data_dir, records)
    received = {seed.path.parent.name: served(seed, read_seed(seed)) for seed in seeds}
    return replace(current, records=records, received=received)


def _results(settings: Settings, stat: FileStat, current: CurrentTables, dry_run: bool = False) -> Iterator[Result]:
    """The results of a dropped file, those of a release's files first, each once it is stored (unless a dry run)."""
    current = replace(current, first_received=inbox.first_received(stat, current.now))
    whole, dropped, note = _examined(settings, stat, current)
    parts = []
    for name, content in whole.classification.parts.items() if whole.classification else ():
        part_name = f"{whole.name}--{inbox.plain_name(name)}"
        part = _Dropped(part_name, files.sha256_of(content), len(content), content, whole.name, dropped.sha256)
        result = _examined_part(part, note, current)
        parts.append(result)
        if result.is_ingested and not dry_run:
            record = _record(part, result, note, current)
            contents = _contents(record, result.classification, note)
            if stat.note:
                noted = stat.note.path.read_bytes()
                contents[inbox.note_name(noted)] = noted
            inbox.store(settings.data_dir, content, record, contents)
            if result.outcome != Verdict.REFUSED:
                inbox.drop_quarantined(settings.data_dir, part.sha256)
            current = _with_received(settings, current)
        yield result
    if parts:
        whole = replace(whole, classification=replace(whole.classification, parts={}))
        waiting = ", ".join(result.name for result in parts if result.outcome == WAITS)
        if waiting:
            message = f"{whole.message} It stays until none of them waits: {waiting}."
            whole = replace(whole, outcome=WAITS, message=message)
    yield whole if dry_run or whole.outcome == WAITS else _moved(settings, stat, dropped, whole, note, current)


def _examined(settings: Settings, stat: FileStat, current: CurrentTables) -> tuple[Result, _Dropped, Note]:
    """What would happen to a file, and its note."""
    name = inbox.plain_name(stat.path.name)
    dropped, note = _Dropped(name, "", stat.size), Note()

    def waits(message: str) -> tuple[Result, _Dropped, Note]:
        return Result(name, WAITS, message), dropped, note

    if stat.size > settings.publisher_file_mb * MB:  # not even its checksum is computed
        rule = f"is larger than {settings.publisher_file_mb} MB"
        return waits(f"{rule}. Drop the intended file instead, or raise NHS_ASSETS_PUBLISHER_FILE_MB.")
    try:
        dropped = replace(dropped, sha256=files.sha256(stat.path))
        before = current.record_of(dropped.sha256)
        if before is not None and before.verdict is not Verdict.REFUSED:
            return _seen_before(name, before), dropped, note
        content = stat.path.read_bytes()
    except OSError as error:
        return waits(f"cannot be read: {error.strerror}. Ask the administrator to make the file readable.")
    try:
        note = read_note(stat.note.path, current.today) if stat.note else note
    except BadInputError as wrong:
        return waits(f"has a note that cannot be read: {wrong.problems[0]}")
    except OSError as error:
        return waits(f"has a note that cannot be read: {error.strerror}. Ask the administrator to make it readable.")
    result = _classified(dropped, content, note, current)
    if result.outcome == WAITS and name != stat.path.name:
        shorter = "Before it can have a note, give it a shorter, plainer name."
        result = replace(result, message=f"{result.message} {shorter}")
    return result, dropped, note


def _examined_part(part: _Dropped, note: Note, current: CurrentTables) -> Result:
    """What would happen to a file of a release, to which the note of the release applies too."""
    before = current.record_of(part.sha256)
    # What was refused out of this very release, or withdrawn, stays so while the release waits for another file.
    if before is not None and (before.verdict is not Verdict.REFUSED or before.release == part.release_sha256):
        return _seen_before(part.name, before)
    result = _classified(part, part.content, note, current)
    return replace(result, message=result.message.replace(note_for(part.name), note_for(part.release)))


def _seen_before(name: str, before: Record) -> Result:
    message = f"It was ingested as {before.name} on {before.received_on} and {before.verdict.value}."
    if what := {Verdict.OPENED: "A refused file of it", Verdict.REFUSED: "It"}.get(before.verdict):
        message += f" {what} is read again if it is dropped by itself."
    return Result(name, SEEN_BEFORE, message)


def _classified(dropped: _Dropped, content: bytes, note: Note, current: CurrentTables) -> Result:
    name, limit = dropped.name, current.limits.publisher_seconds
    try:
        with time_limit(limit):
            found = classify(name, content, dropped.sha256, note, current)
    except TimeLimitError:
        remedy = "Get it again from the publisher, or raise NHS_ASSETS_PUBLISHER_SECONDS."
        return Result(name, WAITS, f"takes more than {limit:g} s to read. {remedy}")
    except Exception as error:  # an internal error must not cost a file: it stays where it is
        return Result(name, WAITS, f"could not be read: internal error: {type(error).__name__}: {error}")
    result = Result(name, found.verdict.value if found.verdict else WAITS, found.message, found)
    wrong: list[Problem] = []
    if found.verdict is Verdict.ACCEPTED:
        record = _record(dropped, result, note, current)
        # Read as every refresh will read it: the texts of its note may break rules.
        with scratch_folder() as folder, collected(wrong):
            inbox.write_contents(folder / record.folder, _contents(record, found, note))
            (seed,) = received_seeds(folder, [record])
            read_seed(seed)
            for table in DECLARED:
                read_table(contract(table), [seed])
    if wrong:
        problem = replace(wrong[0], file=note_for(name))
        return Result(name, WAITS, f"has a note that does not fit the tables: {problem}")
    return result


def classify(name: str, content: bytes, sha256: str, note: Note, current: CurrentTables) -> Classification:
    """What happens to a file, compared with the current tables; its name is for messages."""
    context = ReaderContext(current.organisations, name, current.limits, note.compared_cells)
    if wrong := comparison_problems(content, context):
        problem = replace(wrong[0], file=note_for(name))
        return Classification(None, f"has a note that does not fit the file: {problem}")
    try:
        parts, unread = unpack(content, context)
        if parts:
            names = ", ".join(map(inbox.plain_name, parts))
            message = f"A release; its files are ingested separately: {names}."
            found = Classification(Verdict.OPENED, message, parts=parts)
        else:
            read = read_file(content, context)
            (table,) = read.tables
            special = {TREASURY: classify_treasury, **dict.fromkeys(PERIOD, classify_statistic)}
            found = special.get(table, classify_forecast)(name, read, sha256, note, current)
    except BadInputError as problem:
        return refused(name, problem.problems, recognised(content, context))
    remarks = tuple(_remarks(found.read, note)) if found.read else ()
    if remarks:
        found = replace(found, message=" ".join([f"{found.message.rstrip('.')}.", *remarks]))
    if not unread:
        return found
    more = f" and {len(unread) - SHOWN_UNREAD} more" if len(unread) > SHOWN_UNREAD else ""
    listed = ", ".join(map(inbox.plain_name, unread[:SHOWN_UNREAD]))
    return replace(found, message=f"{found.message} Of unknown format, and not read: {listed}{more}.")


def _remarks(read: ReadFile, note: Note) -> Iterator[str]:
    """What a person is told of cells that do not count by themselves."""
    if read.adjusted:
        yield f"The publisher adjusted figures that would confirm others: {'; '.join(read.adjusted).rstrip('.')}."
    if read.compared:
        yield f"Taken as compared: {'; '.join(map(str, read.compared))}."
    surplus = [str(entry) for entry in note.compared_cells if entry not in read.compared]
    if surplus:
        yield f"Not needed in its note: {'; '.join(surplus)}."


class TimeLimitError(Exception):
    """A file was not read within its time limit."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupts the block with a TimeLimitError after so many seconds.

    Only a process's main thread, in which commands and runs read files, can be interrupted; others have no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(*_: object) -> None:
        raise TimeLimitError

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _moved(
    settings: Settings, stat: FileStat, dropped: _Dropped, result: Result, note: Note, current: CurrentTables
) -> Result:
    """The result of moving a file from the inbox to its folder, in which it is stored first unless seen before."""
    if result.outcome == SEEN_BEFORE:
        folder = settings.data_dir / current.record_of(dropped.sha256).folder
    else:
        record = _record(dropped, result, note, current)
        try:
            contents = _contents(record, result.classification, note)
            folder = inbox.store(settings.data_dir, stat.path, record, contents)
        except ValueError as changed:
            return Result(result.name, WAITS, str(changed))
    try:
        if stat.note:
            inbox.store_note(folder, stat.note.path)
        is_gone = inbox.remove_from_inbox(stat)
        stays = "" if is_gone else "It has changed meanwhile, so the file now in the inbox stays."
    except OSError as error:
        stays = f"It stays in the inbox, from which it cannot be removed: {error.strerror}."
    if stays:
        return replace(result, message=f"{result.message} {stays}")
    if result.outcome != Verdict.REFUSED:
        inbox.drop_quarantined(settings.data_dir, dropped.sha256)
    return result


def _record(dropped: _Dropped, result: Result, note: Note, current: CurrentTables) -> Record:
    found = result.classification
    accepted = found.verdict is Verdict.ACCEPTED
    is_used = accepted or found.verdict is Verdict.HELD
    first_month, last_month = found.months
    return Record(
        number=current.next_number,
        name=dropped.name,
        sha256=dropped.sha256,
        size=dropped.size,
        verdict=found.verdict,
        message=result.message,
        received_at=current.arrived.isoformat(timespec="microseconds"),
        format_id=found.format_id,
        first_month=first_month,
        last_month=last_month,
        date_published=note.date_published,
        raw_table=found.raw_table,
        rows=len(found.frame) if accepted else 0,
        source_id=found.source_id if accepted else None,
        vintage_id=found.vintage_id if accepted else None,
        replaces_seed=found.replaces_seed and accepted,
        periods=dict(found.periods),
        compared_cells=tuple(map(str, found.read.compared)) if is_used else (),
        adjusted_cells=found.read.adjusted if is_used else (),
        problems=tuple(
            replace(problem, value=problem.value and problem.value[:LONGEST_VALUE])
            for problem in found.problems[:RECORDED_PROBLEMS]
        ),
        release=dropped.release_sha256,
    )


def _contents(record: Record, found: Classification, note: Note) -> dict[str, str | bytes]:
    """What is stored beside a file: the report on its problems, and the rows of an accepted file with their origin."""
    contents: dict[str, str | bytes] = {}
    if found.problems:
        contents[inbox.REPORT] = "".join(f"{problem}\n" for problem in found.problems)
    if record.verdict is Verdict.ACCEPTED:
        described = contract(record.raw_table)
        rows = found.frame.select(described.column_names).write_csv().encode()
        contents[f"{described.table}.csv"] = rows
        contents[note_for(described.table)] = inbox.yaml_text(_origin(record, found, note, rows))
    return contents


def _origin(record: Record, found: Classification, note: Note, rows: bytes) -> dict[str, object]:
    """An origin like that of a seed, with the document, and the vintage if it is new."""
    publisher, title, kind, grade = FORMATS[record.format_id]
    period = format_periods(record.periods) if record.raw_table in PERIOD else f"{record.first_month:%B %Y}"
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
    if found.declares_vintage:
        origin["vintage"] = {
            "label": note.label or f"OBR {period}",
            "event": note.event or f"The Office for Budget Responsibility published its outlook of {period}.",
            "known_from": record.date_published,
        }
    return origin
