"""From working tables to a published version, in one step or not at all.

The gate is here and not in the orchestrator: whoever starts a publication, every blocking check is evaluated again on
the very bytes that are about to be published.
"""

import hashlib
import logging
import os
import shutil
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Protocol

import polars as pl

from nhs_assets.build import engine as duckdb_engine
from nhs_assets.build.checks import Check, Outcome, evaluate
from nhs_assets.build.database import write_tables
from nhs_assets.contracts.columns import CONFIDENCE
from nhs_assets.contracts.registry import Contract, contract, contracts
from nhs_assets.ground import files
from nhs_assets.ground.clock import Clock
from nhs_assets.ground.locks import held
from nhs_assets.settings import Settings
from nhs_assets.store.immutability import refuse_unrecorded_changes
from nhs_assets.store.rollback import withheld_as
from nhs_assets.store.run_manifest import RUN_MANIFEST, named, run_manifest, seeds_behind
from nhs_assets.store.running import newest_order, note_current
from nhs_assets.store.seal import File, seal
from nhs_assets.store.snapshot import (
    AS_OF,
    DATABASE,
    LOCK,
    content_of,
    current_whole,
    turn_to,
    version_folder,
    versions,
    whole_versions,
)
from nhs_assets.store.staging import TableRecord, Workspace, refuse_broken

logger = logging.getLogger(__name__)

REMEDY = "nhs-assets refresh"
LATER = (
    "a run that began later has been published already, and its tables are newer than those of this run. "
    "Nothing is lost: its inputs were read after those of this run"
)
REPORT = "report"
"""The format that is not of one table, and its folder in a version."""

UNWRITTEN = f"{REPORT}/not_written.txt"
"""Why a version has no report, where it should have one."""

FROZEN = "tables"
"""Folder of an unfinished version with the tables as the gate sees them; deleted before publication."""

TABLES_OF_REVIEW = ("audit.revision", "audit.attribution", "audit.alert")
"""Tables that compare a version with the one before. They follow from history, and decide nothing."""

TABLES_OF_RECORD = (
    "audit.published_table",
    "audit.check_result",
    "audit.lineage",
    "audit.formula",
    "audit.run_manifest",
)
TABLES_OF_PUBLICATION = (*TABLES_OF_RECORD, *TABLES_OF_REVIEW)
"""Tables about the published tables, which only a publication can fill."""

Review = Callable[
    [Settings, Path | None, Mapping[str, Path], Mapping[str, TableRecord], str], Mapping[str, pl.DataFrame]
]
"""Fills the tables of review from: settings, folder of the version before, frozen tables, their records, version."""

Derivations = Callable[[], Mapping[str, pl.DataFrame]]
"""Gives ``audit.lineage`` and ``audit.formula``."""


@dataclass(frozen=True)
class Report:
    """What people read of a version.

    Attributes:
        code_version: a checksum of what it is written by; another one makes another version.
        write: writes it, given settings, the folder of a version with its database, the version and the time.
    """

    code_version: str
    write: Callable[[Settings, Path, str, str], None]


class Outputs(Protocol):
    """The tables in other formats, beside the database of a version, in the folder in which it is built.

    Attributes:
        rows: number of rows of each table.
        unwritten: without which file that needs all tables, and why, if one cannot be made.
    """

    rows: Mapping[Contract, int]
    unwritten: str | None

    def copy(self, frozen: Mapping[Contract, Path]) -> dict[Contract, Path]:
        """Copies tables as Parquet; returns the copies."""

    def add(self, tables: Iterable[Contract]) -> None:
        """Writes copied tables in the other formats."""

    def close(self, database: Path) -> None:
        """Writes what needs all tables, once the database is complete."""

    def describe(self, run_id: str, seeds: Mapping[str, Collection[str]], files: Collection[File]) -> Mapping[str, str]:
        """Texts that describe the files, by name of file; ``seeds`` are those behind each table."""


class PublicationError(Exception):
    """The tables may not be published; the current version stays."""


@dataclass(frozen=True)
class Publication:
    """The result of a publication. Where the tables are published already, nothing was evaluated or written.

    Attributes:
        version: the current version.
        is_new: whether this publication made it.
        tables: number of tables, without those that only a publication fills.
        compared_with: the version before; None in a first publication.
        revisions: number of figures that differ from it.
        alerts: messages about changed conclusions.
        withheld: why the tables of the run are withheld, if they are.
        unwritten: without what the tables are published, and why, of what should stand beside them.
    """

    version: str
    is_new: bool
    outcomes: tuple[Outcome, ...]
    tables: int
    rows: int
    compared_with: str | None = None
    revisions: int = 0
    alerts: tuple[str, ...] = ()
    withheld: str | None = None
    unwritten: tuple[str, ...] = ()


def publish(
    settings: Settings,
    workspace: Workspace,
    checks: Sequence[Check],
    review: Review,
    derivations: Derivations,
    outputs_of: Callable[[Path, str], Outputs],
    report: Report,
    clock: Clock,
    say: Callable[[str], None] = lambda _: None,
) -> Publication:
    """Publishes the tables as this run sees them, unless they are published already or older than those.

    The blocking ones of ``checks`` are the gate. ``outputs_of`` starts the outputs of a version in a folder. ``say`` is
    called with a line while another publication is awaited. A report that cannot be written is left out: tables that
    are right are published in any case.

    Raises:
        PublicationError: if the tables were built from different versions of one another, or a blocking check
            finds a row.
        BadInputError: if a published figure differs or is missing without a correction.
    """
    data_dir = settings.data_dir
    published = data_dir / "published"
    with held(published / LOCK, "another publication to end", say), _building_folder(published) as building:
        draft = _Draft(settings, building, _freeze(workspace, building))
        records = draft.records
        rows = sum(record.rows for record in records.values())
        order = max(record.order for record in records.values())
        manifest = run_manifest(settings, records)
        content = _content(settings, records, checks, manifest, report)
        current = current_whole(data_dir)
        if current is not None:  # a missing or damaged version is published again in any case
            unchanged = Publication(current.name, False, (), len(records), rows)
            if content_of(current.name) == content:
                note_current(data_dir, order)
                return unchanged
            if order < newest_order(data_dir):
                return replace(unchanged, withheld=LATER)
            withheld = withheld_as(data_dir, content)
            if withheld is not None:
                note_current(data_dir, order)
                return replace(unchanged, withheld=withheld)
        refuse_unrecorded_changes(data_dir, {name: draft.frozen(name) for name in records})
        numbers = [int(earlier.partition("-")[0]) for earlier in versions(data_dir)]
        version = f"{max(numbers, default=0) + 1:06d}-{content}"
        previous = current or next(whole_versions(data_dir), None)

        def reviewed(frozen: Mapping[str, Path]) -> Mapping[str, pl.DataFrame]:
            return review(settings, previous, frozen, records, version)

        def stated() -> Mapping[str, pl.DataFrame]:
            return {RUN_MANIFEST: named(manifest, version), **derivations()}

        outputs = outputs_of(building, version)
        outcomes, changes = draft.build(outputs, checks, clock.today(), reviewed, stated)
        shutil.rmtree(building / FROZEN)
        now = clock.now()
        unwritten = _write_report(report, settings, building, version, now.isoformat(timespec="seconds"))
        outputs.close(building / DATABASE)
        if settings.as_of_files and current is not None and (current / AS_OF).is_symlink():
            # Until the files of this version are built, those of the version before answer.
            (building / AS_OF).symlink_to(os.readlink(current / AS_OF))
        facts = {"version": version, "run_id": workspace.run_id, "order": order}
        facts |= {"tables": {name: record.sha256 for name, record in records.items()}}
        facts |= {"shown_tables": len(outputs.rows), "shown_rows": sum(outputs.rows.values())}
        describe = partial(outputs.describe, workspace.run_id, seeds_behind(records))
        seal(building, facts, describe, now)
        os.rename(building, version_folder(data_dir, version))
        files.sync(published / "versions")
        turn_to(published, version)
        note_current(data_dir, order)
        for old in versions(data_dir)[: -settings.versions_kept]:
            shutil.rmtree(version_folder(data_dir, old), ignore_errors=True)
    return Publication(
        version,
        True,
        outcomes,
        len(records),
        rows,
        compared_with=None if previous is None else previous.name,
        revisions=len(changes["audit.revision"]),
        alerts=tuple(changes["audit.alert"]["message"]),
        unwritten=tuple(filter(None, (unwritten and f"without a report: {unwritten}", outputs.unwritten))),
    )


def _write_report(report: Report, settings: Settings, building: Path, version: str, now: str) -> str | None:
    """Writes the report if it is wanted; if it cannot be, leaves nothing of it but the reason, which is returned."""
    if REPORT not in settings.formats:
        return None
    try:
        report.write(settings, building, version, now)
    except Exception as error:
        shutil.rmtree(building / REPORT, ignore_errors=True)
        logger.exception("the report of %s could not be written", version)
        files.write_text(building / UNWRITTEN, f"{error}\n")
        return str(error)
    return None


@contextmanager
def _building_folder(published: Path) -> Iterator[Path]:
    versions_dir = published / "versions"
    versions_dir.mkdir(parents=True, exist_ok=True)
    for abandoned in versions_dir.glob(".building-*"):
        # This process holds the lock, so no other is building.
        shutil.rmtree(abandoned)
    for unfinished in published.glob(".*.partial"):
        unfinished.unlink()
    building = versions_dir / f".building-{uuid.uuid4().hex}"
    building.mkdir()
    try:
        yield building
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _frozen(building: Path, table: str) -> Path:
    schema, name = table.split(".")
    return building / FROZEN / schema / f"{name}.parquet"


def _freeze(workspace: Workspace, building: Path) -> dict[str, TableRecord]:
    """Links every table into the building folder; the set must be built from one version of each table."""
    records = {name: workspace.record(name) for name in contracts() if name not in TABLES_OF_PUBLICATION}
    mixed = [
        f"  - {name} was built from another {source}"
        for name, record in records.items()
        for source, sha256 in record.inputs.items()
        if source in records and records[source].sha256 != sha256
    ]
    if mixed:
        listed = "\n".join(mixed)
        raise PublicationError(f"The tables do not belong together:\n{listed}\nBuild them together: {REMEDY}")
    for name, record in records.items():
        files.link(workspace.path(name), _frozen(building, name))
        if files.sha256(_frozen(building, name)) != record.sha256:
            raise PublicationError(
                f"{name} is damaged: its bytes are not those that were built. Build it again: {REMEDY}"
            )
    return records


def _content(
    settings: Settings,
    records: Mapping[str, TableRecord],
    checks: Sequence[Check],
    manifest: pl.DataFrame,
    report: Report,
) -> str:
    """Twelve hex digits that follow from what would be published: the tables, the checks, the formats, their code."""
    parts = [f"{record.table} {record.sha256} {record.code_version}" for record in records.values()]
    parts += [f"{check.name} {check.select.version}" for check in checks]
    parts += [f"{name} {contract(name).version}" for name in TABLES_OF_PUBLICATION]
    parts += [f"{fact} {stated}" for fact, stated in manifest.select("fact", "stated_as").iter_rows()]
    parts += [duckdb_engine.VERSION, *sorted(settings.formats), str(settings.workbook_rows), report.code_version]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class _Draft:
    """An unfinished version: its folder, and the records of the tables frozen there."""

    settings: Settings
    building: Path
    records: Mapping[str, TableRecord]

    def frozen(self, table: str) -> Path:
        return _frozen(self.building, table)

    def build(
        self,
        outputs: Outputs,
        checks: Sequence[Check],
        today: date,
        review: Callable[[Mapping[str, Path]], Mapping[str, pl.DataFrame]],
        stated: Callable[[], Mapping[str, pl.DataFrame]],
    ) -> tuple[tuple[Outcome, ...], Mapping[str, pl.DataFrame]]:
        """Writes database and outputs while the gate is evaluated on the same bytes."""
        database = self.building / DATABASE
        tables = outputs.copy(self._described(self.records))
        with ThreadPoolExecutor(max_workers=2) as pool:
            writing = pool.submit(write_tables, self.settings, database, tables.items())
            exporting = pool.submit(outputs.add, tables)
            reviewed = review({name: self.frozen(name) for name in self.records})
            self._write({name: reviewed[name] for name in TABLES_OF_REVIEW})
            outcomes = self._gate(checks, today)
            frames = {**self._tables_and_checks(outcomes), **stated()}
            self._write({name: frames[name] for name in TABLES_OF_RECORD})
            of_publication = outputs.copy(self._described(TABLES_OF_PUBLICATION))
            writing.result()
            writing = pool.submit(write_tables, self.settings, database, of_publication.items())
            exporting.result()
            outputs.add(of_publication)
            writing.result()
        return outcomes, reviewed

    def _described(self, names: Iterable[str]) -> dict[Contract, Path]:
        return {contract(name): self.frozen(name) for name in names}

    def _write(self, frames: Mapping[str, pl.DataFrame]) -> None:
        for name, frame in frames.items():
            refuse_broken(contract(name), frame)
            frame.write_parquet(self.frozen(name), mkdir=True)

    def _gate(self, checks: Sequence[Check], today: date) -> tuple[Outcome, ...]:
        tables = {name: self.frozen(name) for name in (*self.records, *TABLES_OF_REVIEW)}
        with duckdb_engine.session(self.settings, tables) as session:
            outcomes = evaluate(session, checks, today)
        broken = [outcome for outcome in outcomes if outcome.check.blocking and not outcome.passed]
        if broken:
            listed = "\n\n".join(str(outcome) for outcome in broken)
            raise PublicationError(f"{len(broken)} blocking checks find offending rows:\n\n{listed}")
        return outcomes

    def _tables_and_checks(self, outcomes: Sequence[Outcome]) -> dict[str, pl.DataFrame]:
        @cache
        def weakest_confidence(table: str) -> str | None:
            """The weakest class of confidence among the rows of a table and of those that it is made from."""
            found = {weakest_confidence(source) for source in self.records[table].inputs if source in self.records}
            if "confidence" in contract(table).column_names:
                found |= set(pl.read_parquet(self.frozen(table), columns=["confidence"])["confidence"])
            return max(found - {None}, key=CONFIDENCE.index, default=None)

        tables = [
            {
                "table_name": name,
                "description": contract(name).description,
                "rows": record.rows,
                "sha256": record.sha256,
                "code_version": record.code_version,
                "inputs": ", ".join(sorted(record.inputs)) or None,
                "weakest_confidence": weakest_confidence(name),
            }
            for name, record in self.records.items()
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
