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
"""Rows by the values of their columns: any one of them where a tuple stands."""

_DECLARED = "declared_here"


@dataclass(frozen=True)
class Other:
    """Any value except this one."""

    than: Value


@dataclass(frozen=True)
class Each:
    """The distinct values of columns of a table.

    Attributes:
        table: the table, which may be the guarded one.
        columns: its columns, by the column of the guarded table that holds the values.
        where: which of its rows count.
    """

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
    """What a check is called and says; the compiler finds words for what is left empty.

    Attributes:
        name: of the check, without the schema.
        title: what holds.
        remedy: what to do when it does not hold.
        identity: number of the identity in the method page, such as S1.
        severity: ``error`` stops what follows and stops publication, ``warn`` does not.
    """

    name: str = ""
    title: str = ""
    remedy: str = ""
    identity: str | None = None
    severity: str = "error"


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
    """Once published, rows are only added, and their figures change only with a row of ``raw.correction``."""

    def __init__(self, *, apart_from: Sequence[str], whole_vintages: bool = False) -> None:
        """What may change: the columns named, and rows of a published vintage unless ``whole_vintages`` is set.

        A row that is added to a published vintage changes the answers as of its day.
        """
        self.apart_from, self.whole_vintages = tuple(apart_from), whole_vintages


class FromInbox(Declaration):
    """Publishers' files that are dropped in the inbox add rows to the table."""

    def __init__(self, period: str | None = None, confidence: str | None = None) -> None:
        """What is the same for every file.

        Args:
            period: column of the period, of which the newest file counts; none of a forecast, which is never replaced.
            confidence: class of the rows of a statistic.
        """
        self.period, self.confidence = period, confidence


class FromOrigins(Declaration):
    """Origin files of vintages add rows to the table."""

    def __init__(self, block: str) -> None:
        """The block of the origin file that makes the row."""
        self.block = block


class Revised(Declaration):
    """How a difference between two publications of the table is named and explained."""

    def __init__(
        self,
        *,
        split_by: str | None = None,
        is_register: bool = False,
        defining: Sequence[str] = (),
        policy: str = "never",
        by: str = "",
    ) -> None:
        """What counts as one input, and what a difference is caused by.

        Args:
            split_by: column of which each value is an input of its own; without it, the table is one input.
            is_register: whether other rows refer to its rows, so that a row on one side alone does nothing by itself.
            defining: columns that define what a figure means.
            policy: whether a row on one side alone is a change of policy: ``always``, ``never``, or where the other
                side knows the value of the column ``by`` (``known``) or does not (``new``).
            by: the column that this depends on.
        """
        self.split_by, self.is_register, self.defining = split_by, is_register, tuple(defining)
        self.policy, self.by = policy, by


class Traced(Declaration):
    """How the rows behind a figure are found in the table, where the names of columns do not say it."""

    def __init__(
        self, *, keys: Mapping[str, str] | None = None, not_by: str | None = None, files_of: str | None = None
    ) -> None:
        """What the names do not say.

        Args:
            keys: the column of other tables, by the key column here that holds the same thing.
            not_by: column of other tables that names one of several rows that stand behind a figure.
            files_of: table in whose files the rows are.
        """
        self.keys, self.not_by, self.files_of = keys or {}, not_by, files_of


class Rule(Declaration):
    """A rule on the rows of a table, with the words of its check."""

    def __init__(self, **words: str) -> None:
        self.words = Words(**words)


class CompleteOver(Rule):
    """Every combination of the factors has a row."""

    def __init__(
        self, *factors: Each | Values, having: Where | None = None, same: Mapping[str, str] | None = None, **words: str
    ) -> None:
        """What is combined, and what else the row must hold.

        Args:
            *factors: what is combined.
            having: values that the row must hold.
            same: columns of the first factor's table, by the column here that must hold the same value.
            **words: fields of :class:`Words`.
        """
        super().__init__(**words)
        self.factors, self.having, self.same = factors, having or {}, same or {}


class AgreesWith(Rule):
    """Every row has its partner in another table, and holds what that says."""

    def __init__(
        self,
        table: str,
        on: Mapping[str, str],
        same: Mapping[str, str] | None = None,
        not_before: Mapping[str, str] | None = None,
        where: Where | None = None,
        **words: str,
    ) -> None:
        """The partner, and what the two must agree on.

        Args:
            table: the other table.
            on: its columns that lead to the partner, by the column here; a row in which one is empty needs none.
            same: its columns, by the column here that holds the same value.
            not_before: its days, by the day here that does not come before them.
            where: rows that need a partner; all rows where it is empty.
            **words: fields of :class:`Words`.
        """
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


class Unique(Rule):
    """No two rows, of those that match, have the same values in these columns."""

    def __init__(self, *columns: str, where: Where | None = None, **words: str) -> None:
        super().__init__(**words)
        self.columns, self.where = columns, where or {}


class Periods(Rule):
    """Rows of one thing hold from one day to another, in this order and never two at once."""

    def __init__(self, start: str, end: str, within: Sequence[str], **words: str) -> None:
        """The days, both included, and the thing; an empty ``end`` means that the row still holds."""
        super().__init__(**words)
        self.start, self.end, self.within = start, end, tuple(within)


class EveryMonth(Rule):
    """Each group has every month, from the first to the last of the table, for as many years as a parameter says."""

    def __init__(self, month: str, within: Sequence[str], years: str, **words: str) -> None:
        super().__init__(**words)
        self.month, self.within, self.years = month, tuple(within), years


class Plausible(Rule):
    """Values lie within the plausible range of their measure, and are in its unit where their columns have one."""

    def __init__(
        self, *columns: str, measure: str = "measure_id", measures: Mapping[str, str] | None = None, **words: str
    ) -> None:
        """The values, and which measure they are of.

        Args:
            *columns: the values.
            measure: column that names the measure; of another table, as ``schema.table.column``, in the row with the
                same key.
            measures: the measure by the value of that column; rows with another value are not looked at.
            **words: fields of :class:`Words`.
        """
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
    """The table holds the rows that each file from the inbox should provide, and none of a superseded file."""

    def __init__(self, *, has_seed: bool = True, **words: str) -> None:
        """Whether a seed has rows of the table too; if not, every row is of a file."""
        super().__init__(**words)
        self.has_seed = has_seed


class Close(Rule):
    """A difference is no larger than a parameter allows; a warning."""

    def __init__(self, column: str, tolerance: str, may_be_empty: bool = False, **words: str) -> None:
        super().__init__(severity="warn", **words)
        self.column, self.tolerance, self.may_be_empty = column, tolerance, may_be_empty
