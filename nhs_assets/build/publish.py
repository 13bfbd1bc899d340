"""From working tables to a published snapshot, in one step or not at all.

The gate stands here, not in the orchestrator: whoever starts a publication, every blocking check is evaluated again
on the very bytes that are about to be shown.
"""

import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl

from nhs_assets.build import engine as duckdb_engine
from nhs_assets.build.checks import Check, Outcome, evaluate
from nhs_assets.build.database import write_tables
from nhs_assets.contracts.columns import CONFIDENCE
from nhs_assets.contracts.registry import Contract, contract, contracts
from nhs_assets.exports.shown import shown_tables
from nhs_assets.exports.write import Exports
from nhs_assets.ground import files
from nhs_assets.ground.clock import Clock
from nhs_assets.ground.locks import held
from nhs_assets.settings import Settings
from nhs_assets.store.immutability import refuse_unrecorded_changes
from nhs_assets.store.rollback import withheld_as
from nhs_assets.store.run_manifest import RUN_MANIFEST, run_manifest, seeds_behind
from nhs_assets.store.running import newest_order, note_shown
from nhs_assets.store.seal import seal
from nhs_assets.store.snapshot import (
    AS_OF,
    DATABASE,
    LOCK,
    content_of,
    latest_whole,
    shown_whole,
    turn_to,
    versions,
)
from nhs_assets.store.staging import TableRecord, Workspace, refuse_broken

MEND = "nhs-assets refresh"
LATER = (
    "a run that began later has been published already, and what it shows is newer than the tables of this run. "
    "Nothing is lost: its inputs were read after those of this run"
)
FROZEN = "tables"
"""Folder of a version that is being built with the tables as they are judged; gone before it is shown."""

TABLES_OF_REVIEW = ("audit.revision", "audit.attribution", "audit.alert")
"""Tables that compare a publication with the one before. They follow from history, and decide nothing."""

TABLES_OF_RECORD = (
    "audit.published_table",
    "audit.check_result",
    "audit.lineage",
    "audit.formula",
    "audit.run_manifest",
)
TABLES_OF_PUBLICATION = (*TABLES_OF_RECORD, *TABLES_OF_REVIEW)
"""Tables that only a publication can fill, since they speak of the tables it shows."""

Review = Callable[
    [Settings, Path | None, Mapping[str, Path], Mapping[str, TableRecord], str], Mapping[str, pl.DataFrame]
]
"""Fills the tables of review from: settings, folder of the version before, frozen tables, their records, version."""


class PublicationError(Exception):
    """The tables may not be shown; what was published before stays as it was."""


@dataclass(frozen=True)
class Publication:
    """What a publication did. Where it found the tables shown already, it evaluated nothing and wrote nothing.

    Attributes:
        version: the version that is shown now.
        is_new: whether this publication made it.
        outcomes: what the checks found.
        tables: tables shown, without those that only a publication fills.
        rows: rows of them.
        compared_with: the version before; nothing in a first publication.
        revisions: figures that differ from it.
        alerts: what is to be told of conclusions that moved.
        kept_back: why the tables of the run are not shown, though they differ from those that are.
    """

    version: str
    is_new: bool
    outcomes: tuple[Outcome, ...]
    tables: int
    rows: int
    compared_with: str | None = None
    revisions: int = 0
    alerts: tuple[str, ...] = ()
    kept_back: str | None = None


Derivations = Callable[[], Mapping[str, pl.DataFrame]]
"""Gives ``audit.lineage`` and ``audit.formula``."""


def publish(
    settings: Settings,
    workspace: Workspace,
    checks: Sequence[Check],
    review: Review,
    derivations: Derivations,
    clock: Clock,
    say: Callable[[str], None] = lambda _: None,
) -> Publication:
    """Publishes the tables as this run sees them, unless they are what is shown already or older than that.

    Args:
        settings: the data folder and the limits.
        workspace: the tables as the run sees them.
        checks: every check; those that block are the gate.
        review: compares what is new with the version before.
        derivations: says how columns are worked out; asked only where something new is published.
        clock: tells the day, for checks that follow it, and the moment of publication.
        say: takes a line for whoever waits, where another publication is going on.

    Raises:
        PublicationError: if the tables were built from different versions of one another, or a blocking check
            finds a row.
        BadInputError: if a figure that was published differs or is gone, and no correction says so.
    """
    published = settings.data_dir / "published"
    with held(published / LOCK, "another publication to end", say), _building_folder(published) as building:
        records = _freeze(workspace, building)
        rows = sum(record.rows for record in records.values())
        order = max(record.order for record in records.values())
        manifest = run_manifest(settings, records)
        content = _content(settings, records, checks, manifest)
        shown = shown_whole(settings.data_dir)
        if shown is not None:  # what is lost or damaged is published again in any case
            found = Publication(shown.name, False, (), len(records), rows)
            if content_of(shown.name) == content:
                note_shown(settings.data_dir, order)
                return found
            if order < newest_order(settings.data_dir):
                return replace(found, kept_back=LATER)
            taken_back = withheld_as(settings.data_dir, content)
            if taken_back is not None:
                note_shown(settings.data_dir, order)
                return replace(found, kept_back=taken_back)
        refuse_unrecorded_changes(settings.data_dir, {name: _frozen(building, name) for name in records})
        version = _next_version(settings.data_dir, content)
        previous = shown or latest_whole(settings.data_dir)
        compare = partial(review, settings, previous)

        def stated() -> Mapping[str, pl.DataFrame]:
            return {RUN_MANIFEST: manifest, **derivations()}

        exports = Exports(building, settings.formats, settings.workbook_rows)
        today = clock.today()
        outcomes, reviewed = _build(settings, building, exports, records, checks, today, compare, stated, version)
        shutil.rmtree(building / FROZEN)
        if settings.as_of_files and shown is not None and (shown / AS_OF).is_symlink():
            # Until the files of this version are built, those of the version before answer.
            (building / AS_OF).symlink_to(os.readlink(shown / AS_OF))
        facts = {"version": version, "run_id": workspace.run_id, "order": order, "tables": _checksums(records)}
        facts |= {"shown_tables": exports.tables, "shown_rows": exports.rows}
        seal(building, facts, exports, seeds_behind(records), clock.now())
        _show(published, building, version)
        note_shown(settings.data_dir, order)
        _prune(settings, keep=version)
    return Publication(
        version,
        True,
        outcomes,
        len(records),
        rows,
        compared_with=None if previous is None else previous.name,
        revisions=len(reviewed["audit.revision"]),
        alerts=tuple(reviewed["audit.alert"]["message"]),
    )


@contextmanager
def _building_folder(published: Path) -> Iterator[Path]:
    versions_dir = published / "versions"
    versions_dir.mkdir(parents=True, exist_ok=True)
    for abandoned in versions_dir.glob(".building-*"):
        # The lock is held, so whoever was building here is gone.
        shutil.rmtree(abandoned)
    for half_written in published.glob(".*.partial"):
        half_written.unlink()
    building = versions_dir / f".building-{uuid.uuid4().hex}"
    building.mkdir()
    try:
        yield building
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _freeze(workspace: Workspace, building: Path) -> dict[str, TableRecord]:
    """Links every table's bytes into the building folder and holds the set to one version of each input."""
    records = {name: workspace.record(name) for name in contracts() if name not in TABLES_OF_PUBLICATION}
    mixed = [
        f"{name} was built from another {source}"
        for name, record in records.items()
        for source, sha256 in record.inputs.items()
        if source in records and records[source].sha256 != sha256
    ]
    if mixed:
        listed = "\n".join(f"  - {line}" for line in mixed)
        raise PublicationError(f"The tables do not belong together:\n{listed}\nBuild them together: {MEND}")
    for name, record in records.items():
        files.link(workspace.path(name), _frozen(building, name))
        if files.sha256(_frozen(building, name)) != record.sha256:
            raise PublicationError(
                f"{name} is damaged: its bytes are not those that were built. Build it again: {MEND}"
            )
    return records


def _gate(
    settings: Settings, building: Path, records: Mapping[str, TableRecord], checks: Sequence[Check], today: date
) -> tuple[Outcome, ...]:
    tables = {name: _frozen(building, name) for name in (*records, *TABLES_OF_REVIEW)}
    with duckdb_engine.session(settings, tables) as session:
        outcomes = evaluate(session, checks, today)
    broken = [outcome for outcome in outcomes if outcome.check.blocking and not outcome.passed]
    if broken:
        listed = "\n\n".join(str(outcome) for outcome in broken)
        raise PublicationError(f"{len(broken)} blocking checks find offending rows:\n\n{listed}")
    return outcomes


def _write(building: Path, described: Contract, frame: pl.DataFrame) -> None:
    refuse_broken(described, frame)
    path = _frozen(building, described.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path)


def _tables_and_checks(
    building: Path, records: Mapping[str, TableRecord], outcomes: Sequence[Outcome]
) -> dict[str, pl.DataFrame]:
    confidence = _weakest_confidence(building, records)
    tables = [
        {
            "table_name": name,
            "description": contract(name).description,
            "rows": record.rows,
            "sha256": record.sha256,
            "code_version": record.code_version,
            "inputs": ", ".join(sorted(record.inputs)) or None,
            "weakest_confidence": confidence[name],
        }
        for name, record in records.items()
    ]
    results = [
        {
            "check_name": outcome.check.name,
            "identity": outcome.check.identity,
            "table_name": outcome.check.table,
            "title": outcome.check.title,
            "severity": "error" if outcome.check.blocking else "warn",
            "passed": outcome.passed,
            "offending_rows": len(outcome.offending),
            "sample": outcome.sample,
        }
        for outcome in outcomes
    ]
    return {
        name: pl.DataFrame(rows, schema=contract(name).polars_schema()).sort(contract(name).primary_key)
        for name, rows in (("audit.published_table", tables), ("audit.check_result", results))
    }


def _weakest_confidence(building: Path, records: Mapping[str, TableRecord]) -> dict[str, str | None]:
    """For each table the weakest class of confidence among its own rows and the rows that it goes back to."""
    weakest: dict[str, str | None] = {}
    for name, record in records.items():  # in order of travel, so what a table reads comes before it or in its schema
        _weakest(name, record, records, building, weakest)
    return weakest


def _weakest(
    name: str,
    record: TableRecord,
    records: Mapping[str, TableRecord],
    building: Path,
    weakest: dict[str, str | None],
) -> str | None:
    if name not in weakest:
        classes = [
            _weakest(source, records[source], records, building, weakest)
            for source in record.inputs
            if source in records
        ]
        if "confidence" in contract(name).column_names:
            classes += pl.read_parquet(_frozen(building, name), columns=["confidence"])["confidence"].unique().to_list()
        found = [one for one in classes if one is not None]
        weakest[name] = max(found, key=CONFIDENCE.index, default=None)
    return weakest[name]


def _content(
    settings: Settings, records: Mapping[str, TableRecord], checks: Sequence[Check], manifest: pl.DataFrame
) -> str:
    """Twelve hex digits that say what would be shown: the same tables behind the same checks give the same digits."""
    parts = [f"{record.table} {record.sha256} {record.code_version}" for record in records.values()]
    parts += [f"{check.name} {check.select.version}" for check in checks]
    parts += [f"{name} {contract(name).version}" for name in TABLES_OF_PUBLICATION]
    parts += [f"{fact} {stated}" for fact, stated in manifest.select("fact", "stated_as").iter_rows()]
    parts += [duckdb_engine.VERSION, *sorted(settings.formats), str(settings.workbook_rows)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _next_version(data_dir: Path, content: str) -> str:
    numbers = [int(version.partition("-")[0]) for version in versions(data_dir)]
    return f"{max(numbers, default=0) + 1:06d}-{content}"


def _build(
    settings: Settings,
    building: Path,
    exports: Exports,
    records: Mapping[str, TableRecord],
    checks: Sequence[Check],
    today: date,
    review: Callable[[Mapping[str, Path], Mapping[str, TableRecord], str], Mapping[str, pl.DataFrame]],
    stated: Callable[[], Mapping[str, pl.DataFrame]],
    version: str,
) -> tuple[tuple[Outcome, ...], Mapping[str, pl.DataFrame]]:
    """Writes database and exports while the gate is evaluated on the same frozen bytes; nobody can see them yet."""
    database = building / DATABASE
    shown = exports.show(_frozen_tables(building, records))
    with ThreadPoolExecutor(max_workers=2) as pool:
        writing = pool.submit(write_tables, settings, database, shown.items())
        exporting = pool.submit(exports.add, shown)
        reviewed = review({described.name: _frozen(building, described.name) for described in shown}, records, version)
        for name in TABLES_OF_REVIEW:
            _write(building, contract(name), reviewed[name])
        outcomes = _gate(settings, building, records, checks, today)
        frames = {**_tables_and_checks(building, records, outcomes), **stated()}
        for name in TABLES_OF_RECORD:
            _write(building, contract(name), frames[name])
        of_publication = exports.show(_frozen_tables(building, TABLES_OF_PUBLICATION))
        writing.result()
        writing = pool.submit(write_tables, settings, database, of_publication.items())
        exporting.result()
        exports.add(of_publication)
        exports.close()
        writing.result()
    return outcomes, reviewed


def _checksums(records: Mapping[str, TableRecord]) -> dict[str, str]:
    return {name: record.sha256 for name, record in records.items()}


def _show(published: Path, building: Path, version: str) -> None:
    """Gives the version its name and turns the one symlink that readers follow."""
    os.rename(building, published / "versions" / version)
    files.sync(published / "versions")
    turn_to(published, version)


def _prune(settings: Settings, keep: str) -> None:
    for version in versions(settings.data_dir)[: -settings.versions_kept]:
        if version != keep:
            shutil.rmtree(settings.data_dir / "published" / "versions" / version, ignore_errors=True)


def _frozen_tables(building: Path, names: Iterable[str]) -> dict[Contract, Path]:
    """Frozen files of those of the tables that readers see."""
    return {described: _frozen(building, described.name) for described in shown_tables(map(contract, names))}


def _frozen(building: Path, table: str) -> Path:
    schema, name = table.split(".")
    return building / FROZEN / schema / f"{name}.parquet"
