"""Checks: SELECTs of the rows that break a rule, and what they found."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import polars as pl

from nhs_assets.build.declared import declared_rules, declared_select
from nhs_assets.build.engine import Session
from nhs_assets.build.select import Select
from nhs_assets.contracts.registry import Contract, contracts
from nhs_assets.contracts.rules import Rule
from nhs_assets.ground.reading import plain

TODAY = "today"
"""Parameter of a check that depends on the day, written ``$today``: DuckDB's own day is that of the machine."""

SAMPLE_ROWS = 5
THREADS = 2
HEADER_KEYS = ("table", "severity", "title", "remedy")
SEVERITIES = ("error", "warn")


@dataclass(frozen=True)
class Check:
    """One rule on one table.

    Attributes:
        select: gives the rows that break it.
        table: the guarded table; whatever else the check reads is made before it.
        title: what holds, in one line.
        remedy: what to do when it does not hold.
        identity: number in the method page, such as S1.
        blocking: whether a breach stops the run and the publication; otherwise it is a warning.
    """

    schema: str
    rule: str
    select: Select
    table: str
    title: str
    remedy: str
    identity: str | None
    blocking: bool

    @property
    def name(self) -> str:
        """``settlement.total_is_resource_plus_capital``."""
        return f"{self.schema}.{self.rule}"

    @property
    def follows_the_day(self) -> bool:
        """Whether it may find other rows in the same tables on another day."""
        return f"${TODAY}" in self.select.text

    @property
    def reads(self) -> tuple[str, ...]:
        """Tables it reads, the guarded one included."""
        return tuple(sorted({self.table, *self.select.tables}))


@dataclass(frozen=True)
class Outcome:
    """The rows that break a check."""

    check: Check
    offending: pl.DataFrame

    @property
    def passed(self) -> bool:
        """Whether no row breaks the rule."""
        return self.offending.is_empty()

    @property
    def sample(self) -> str | None:
        """The first offending rows, one a line, each cell with its column's name."""
        rows = self.offending.head(SAMPLE_ROWS).iter_rows(named=True)
        return "\n".join(", ".join(f"{name} {plain(value)}" for name, value in row.items()) for row in rows) or None

    def __str__(self) -> str:
        if self.passed:
            return f"{self.check.name}: holds"
        count = len(self.offending)
        rows = "row breaks" if count == 1 else "rows break"
        return f"{self.check.name}: {count} {rows} it ({self.check.title}).\n{self.sample}\n{self.check.remedy}"


@lru_cache(maxsize=4)
def find_checks(sql_dir: Path) -> tuple[Check, ...]:
    """Every check: the written ones, then those that contracts declare; no two may have the same name."""
    declared = (
        declared_check(described, rule) for described in contracts().values() for rule in declared_rules(described)
    )
    checks = (*written_checks(sql_dir), *declared)
    twice = [name for name, count in Counter(check.name for check in checks).items() if count > 1]
    if twice:
        raise ValueError(f"two checks have the name {', '.join(twice)}")
    return checks


def written_checks(sql_dir: Path) -> tuple[Check, ...]:
    """Every check in ``<schema>/checks/``, by schema and rule."""
    paths = sorted(sql_dir.glob("*/checks/*.sql"))
    return tuple(_check(path.parent.parent.name, path.stem, Select.from_file(path)) for path in paths)


def declared_check(described: Contract, rule: Rule) -> Check:
    """The check of a rule that a contract declares."""
    return _check(described.schema, *declared_select(described, rule))


def _check(schema: str, rule: str, select: Select) -> Check:
    header = select.header
    if not all(header.get(key) for key in HEADER_KEYS) or header["severity"] not in SEVERITIES:
        raise ValueError(f"{select.path}: the header needs {', '.join(HEADER_KEYS)}, severity one of {SEVERITIES}")
    return Check(
        schema,
        rule,
        select,
        table=header["table"],
        title=header["title"],
        remedy=header["remedy"],
        identity=header.get("identity"),
        blocking=header["severity"] == "error",
    )


def evaluate(session: Session, checks: Sequence[Check], today: date) -> tuple[Outcome, ...]:
    """The outcomes of the checks, in their order."""

    def run(check: Check) -> Outcome:
        with session.beside() as own:
            return Outcome(check, own.rows(check.select, {TODAY: today} if check.follows_the_day else None))

    # Planning takes most of a check's time and uses one core.
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        return tuple(pool.map(run, checks))
