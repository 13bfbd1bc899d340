"""Rules that a contract declares about its rows; the build room compiles each into a check.

A rule is a decorator of the contract's class and names columns only. What a single column refers to is declared with
the column, by ``references=``. A rule holds for the class it is written on, not for one that extends it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import dataframely as dy

Value = str | float | bool | None
"""What a cell holds; None where it is empty."""

Where = Mapping[str, "Value | tuple[Value, ...] | Other"]
"""Rows by the values of their columns: any one of those in a tuple."""

_DECLARED = "declared_here"


@dataclass(frozen=True)
class Other:
    """Any value except this one."""

    than: Value


@dataclass(frozen=True)
class Each:
    """The distinct values of columns of a table, by the column of the guarded table that holds the values."""

    table: str
    columns: Mapping[str, str]
    where: Where = field(default_factory=dict)


@dataclass(frozen=True)
class Values:
    """Values of a column of the guarded table."""

    column: str
    values: tuple[Value, ...]


def each(table: str, *columns: str, where: Where | None = None, **renamed: str) -> Each:
    """The distinct values of columns of a table; one that has another name here is given as ``here="there"``."""
    return Each(table, {column: column for column in columns} | renamed, where or {})


def values(column: str, *stated: Value) -> Values:
    """Values of a column of the guarded table: those stated, or all that its contract allows."""
    return Values(column, stated)


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a check is called (without the schema) and says; the compiler finds words for what is left empty."""

    name: str = ""
    title: str = ""
    remedy: str = ""
    identity: str | None = None
    """Number of the identity in the method page, such as S1."""
    severity: str = "error"
    """``error`` stops what follows and stops publication, ``warn`` does not."""


class Declaration:
    """What a contract says of its table as a decorator of its class."""

    def __call__(self, model: type[dy.Schema]) -> type[dy.Schema]:
        """Declares it on a contract."""
        setattr(model, _DECLARED, (self, *declarations_of(model)))
        return model


def declarations_of(model: type[dy.Schema]) -> tuple[Declaration, ...]:
    """What is declared on a contract's class itself, in the order in which it is written."""
    return vars(model).get(_DECLARED, ())


class IndependentRows(Declaration):
    """A row of the seed that breaks a rule is quarantined and the others are used: no row depends on another."""


class Immutable(Declaration):
    """Once published, rows are only added, and their figures change only with a row of ``raw.correction``.

    Columns in ``apart_from`` may change. With ``whole_vintages`` a published vintage gets no more rows: one that is
    added changes the answers as of its day.
    """

    def __init__(self, *, apart_from: Sequence[str], whole_vintages: bool = False) -> None:
        self.apart_from, self.whole_vintages = tuple(apart_from), whole_vintages


class FromInbox(Declaration):
    """Publishers' files that are dropped in the inbox add rows to the table.

    ``period`` is the column of the period of a statistic, of which the newest file counts; a forecast has none, and is
    never replaced. ``confidence`` is the class of the rows of a statistic.
    """

    def __init__(self, period: str | None = None, confidence: str | None = None) -> None:
        self.period, self.confidence = period, confidence


class FromOrigins(Declaration):
    """Origin files of vintages add rows to the table: their block of this name makes the row."""

    def __init__(self, block: str) -> None:
        self.block = block


class Revised(Declaration):
    """How a difference between two publications of the table is named and explained.

    Attributes:
        split_by: column of which each value is an input of its own; without it, the table is one input.
        is_register: whether other rows refer to its rows, so that a row on one side alone does nothing by itself.
        defining: columns that define what a figure means.
        policy: whether a row on one side alone is a change of policy: ``always``, ``never``, or if the other side knows
            the value of the column ``by`` (``known``) or does not (``new``).
    """

    def __init__(
        self,
        *,
        split_by: str | None = None,
        is_register: bool = False,
        defining: Sequence[str] = (),
        policy: str = "never",
        by: str = "",
    ) -> None:
        self.split_by, self.is_register, self.defining = split_by, is_register, tuple(defining)
        self.policy, self.by = policy, by


class Traced(Declaration):
    """How the rows behind a figure are found in the table, if the names of columns do not say it.

    Attributes:
        keys: the column of other tables, by the key column here that holds the same thing.
        not_by: column of other tables that names one of several rows behind a figure.
        files_of: table in whose files the rows are.
    """

    def __init__(
        self, *, keys: Mapping[str, str] | None = None, not_by: str | None = None, files_of: str | None = None
    ) -> None:
        self.keys, self.not_by, self.files_of = keys or {}, not_by, files_of


class Rule(Declaration):
    """A rule on the rows of a table, with the words of its check."""

    def __init__(self, **words: str) -> None:
        self.words = Words(**words)


class CompleteOver(Rule):
    """Every combination of the factors has a row.

    The row must hold the values in ``having``, and in the columns of ``same`` the values of those columns of the first
    factor's table.
    """

    def __init__(
        self, *factors: Each | Values, having: Where | None = None, same: Mapping[str, str] | None = None, **words: str
    ) -> None:
        super().__init__(**words)
        self.factors, self.having, self.same = factors, having or {}, same or {}


class AgreesWith(Rule):
    """Every row has its partner in another table, and holds what that says.

    Attributes:
        on: columns of the other table that lead to the partner, by the column here; a row with an empty one needs none.
        same: its columns, by the column here that holds the same value.
        not_before: its days, by the day here that does not come before them.
        where: rows that need a partner; empty for all rows.
    """

    def __init__(
        self,
        table: str,
        on: Mapping[str, str],
        same: Mapping[str, str] | None = None,
        not_before: Mapping[str, str] | None = None,
        where: Where | None = None,
        **words: str,
    ) -> None:
        super().__init__(**words)
        self.table, self.on = table, on
        self.same, self.not_before, self.where = same or {}, not_before or {}, where or {}


class Ordered(Rule):
    """Columns rise, or stay equal, from the first to the last; empty cells are passed over."""

    def __init__(self, *columns: str, **words: str) -> None:
        super().__init__(**words)
        self.columns = columns


class SumsToOne(Rule):
    """The shares of each group sum to one; to no more than one in groups that match ``at_most``."""

    def __init__(self, column: str, within: Sequence[str] = (), at_most: Where | None = None, **words: str) -> None:
        super().__init__(**words)
        self.column, self.within, self.at_most = column, tuple(within), at_most or {}


class SameSums(Rule):
    """The columns sum to the same in this table and another, in each group."""

    def __init__(self, table: str, columns: Sequence[str], within: Sequence[str], **words: str) -> None:
        super().__init__(**words)
        self.table, self.columns, self.within = table, tuple(columns), tuple(within)


class Unique(Rule):
    """No two rows, of those that match, have the same values in these columns."""

    def __init__(self, *columns: str, where: Where | None = None, **words: str) -> None:
        super().__init__(**words)
        self.columns, self.where = columns, where or {}


class Periods(Rule):
    """Rows of one thing hold from one day to another, both included and never two at once; an empty end is open."""

    def __init__(self, start: str, end: str, within: Sequence[str], **words: str) -> None:
        super().__init__(**words)
        self.start, self.end, self.within = start, end, tuple(within)


class EveryMonth(Rule):
    """Each group has every month, from the first to the last of the table, for as many years as a parameter says."""

    def __init__(self, month: str, within: Sequence[str], years: str, **words: str) -> None:
        super().__init__(**words)
        self.month, self.within, self.years = month, tuple(within), years


class Plausible(Rule):
    """Values lie within the plausible range of their measure, and are in its unit if their columns have one.

    ``measure`` is the column that names the measure, or of another table, as ``schema.table.column``, in the row with
    the same key. ``measures`` gives the measure by the value of that column; rows with other values are ignored.
    """

    def __init__(
        self, *columns: str, measure: str = "measure_id", measures: Mapping[str, str] | None = None, **words: str
    ) -> None:
        super().__init__(**words)
        self.columns, self.measure, self.measures = columns, measure, measures or {}


class NotAfterToday(Rule):
    """No day lies after the day of the run."""

    def __init__(self, column: str, **words: str) -> None:
        super().__init__(**words)
        self.column = column


class NotOverdue(Rule):
    """No day of review has passed; a warning."""

    def __init__(self, column: str, where: Where | None = None, **words: str) -> None:
        super().__init__(severity="warn", **words)
        self.column, self.where = column, where or {}


class ServesItsFiles(Rule):
    """The table holds the rows that each file from the inbox should provide, and none of a superseded file.

    Without a seed, every row is of a file.
    """

    def __init__(self, *, has_seed: bool = True, **words: str) -> None:
        super().__init__(**words)
        self.has_seed = has_seed


class Close(Rule):
    """A difference is no larger than a parameter allows; a warning."""

    def __init__(self, column: str, tolerance: str, may_be_empty: bool = False, **words: str) -> None:
        super().__init__(severity="warn", **words)
        self.column, self.tolerance, self.may_be_empty = column, tolerance, may_be_empty
