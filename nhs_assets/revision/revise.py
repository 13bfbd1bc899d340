"""Figures added, changed and withdrawn between two states, each with its cause."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from nhs_assets.build.compare import two_sides
from nhs_assets.build.derivation import parameters_named
from nhs_assets.build.rebuild import Rebuild
from nhs_assets.build.recipe import Recipe
from nhs_assets.build.select import WHOLE_TABLE
from nhs_assets.contracts.audit import MIXED
from nhs_assets.contracts.figures import EVERY, figure_id
from nhs_assets.contracts.known import VINTAGE
from nhs_assets.contracts.registry import Contract, contracts
from nhs_assets.contracts.rules import Revised
from nhs_assets.revision.attribute import CODE, DEFINITIONS, REST, Part
from nhs_assets.revision.inputs import SPLIT_BY, Input
from nhs_assets.revision.table_state import CONCLUSION, TableState, compared_tables
from nhs_assets.settings import Settings

CORRECTION = "raw.correction"
CORRECTED = ("raw_table", "row_key", "column_name", "corrected_on")
PARAMETER = "raw.parameter_value"
PLACES_IN_TIME = ("financial year start", "calendar year", "date", "month")
NOT_MEASURED = (
    *("characters", "rank", "line", "rows", "documents", "claims", "origins", "estimates", "yes = 1, no = 0"),
    *PLACES_IN_TIME,
)
"""Units of places in a text, a list or time, of yes and no, and of counts of our records: no change in per cent."""

NAMED_CAUSES, NAMED_PARTS = 4, 2
"""Changed inputs, and parts of one table, that a figure names before it counts them."""

_UNNAMED = re.compile(r" and \d+ more$")


@dataclass(frozen=True)
class Revision:
    """One row of ``audit.revision``; a number that measures nothing has no change in per cent."""

    figure_id: str
    table_name: str
    kind: str
    cause: str
    caused_by: str
    old_value: float | None = None
    new_value: float | None = None
    old_text: str | None = None
    new_text: str | None = None
    is_measured: bool = True

    def row(self, compared_with: str) -> dict:
        """The columns of the table."""
        change = None if None in (self.old_value, self.new_value) else self.new_value - self.old_value
        is_relative = self.is_measured and change is not None and self.old_value
        columns = vars(self) | {
            "change": change,
            "change_pct": change / abs(self.old_value) * 100 if is_relative else None,
            "compared_with": compared_with,
        }
        del columns["is_measured"]
        return columns


@dataclass
class _Causes:
    """Which changed inputs are behind a figure, and why they changed.

    Attributes:
        code: tables whose code differs.
        vintages: vintages that only one state knows.
        changed: cause by the name of each raw input that differs, filled in order of travel.
    """

    rebuild: Rebuild
    code: set[str]
    vintages: set[str]
    parts: Sequence[Part]
    changed: dict[str, str] = field(default_factory=dict)
    _behind: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def of_table(self, table: Contract) -> dict[str, str]:
        """Changed inputs behind a table as a whole; the changed code if there are none."""
        recipes = self.rebuild.recipes
        # Conclusions are drawn from every schema; the attribution says which input moved which of them.
        read_by_conclusions = list(recipes) if table.name == CONCLUSION else []
        reads = recipes[table.name].reads if table.name in recipes else read_by_conclusions
        makers = [recipes[name] for name in self.rebuild.tables_behind([table.name, *reads])]
        behind = self.rebuild.raw_behind(reads)
        inputs = [name for name in self.changed if name.partition("/")[0] in behind]
        used = [name for name in inputs if not name.startswith(f"{PARAMETER}/") or _is_named(makers, name)]
        rewritten = sorted(self.code & {table.name, *(recipe.contract.name for recipe in makers)})
        found = {name: self.changed[name] for name in used or inputs}
        return found or dict.fromkeys(rewritten or ["code"], "code_change")

    def of_row(self, table: Contract, row: Mapping, whole: Mapping[str, str]) -> dict[str, str]:
        """Of the changed inputs behind a table, those behind one of its figures.

        A row about a parameter goes back to the parameter, a conclusion to what explains its move, a row added or
        withdrawn with a vintage to the inputs of the vintage, and any other figure to the inputs of its column.
        """
        key = dict(zip(table.primary_key, _key(table, row), strict=True))
        own = Input(PARAMETER, key.get("parameter_id")).name
        if own in self.changed:
            return {own: self.changed[own]}
        if table.name == CONCLUSION:
            return self._explaining(*key.values(), whole) or dict(whole)
        with_vintage = [name for name, value in key.items() if "vintage" in name and value in self.vintages]
        columns = with_vintage if row["kind"] != "changed" and with_vintage else [row["column_name"]]
        behind = set().union(*(self._raw_of(table.name, column) for column in columns))
        return {name: cause for name, cause in whole.items() if name.partition("/")[0] in behind} or dict(whole)

    def _explaining(self, conclusion_id: str, figure: str, whole: Mapping[str, str]) -> dict[str, str]:
        parts = [part for part in self.parts if (part.conclusion_id, part.figure) == (conclusion_id, figure)]
        found: dict[str, str] = {}
        for part in sorted(parts, key=lambda part: -abs(part.contribution)):
            found |= self._of_part(part.input, whole)
        return found

    def _of_part(self, name: str, whole: Mapping[str, str]) -> dict[str, str]:
        if name == CODE:
            return {CODE: "code_change"} if whole.keys() & self.changed.keys() else dict(whole)
        if name == DEFINITIONS:
            return {DEFINITIONS: "definition_change"}
        group, table = name.removesuffix(f"/{REST}"), name.partition("/")[0]
        found = {input: cause for input, cause in whole.items() if input == group or input.startswith(f"{group}/")}
        # Not every table is revised part by part: the rows of claims do not name their measure in their key.
        return found or ({name: whole[table]} if table in whole else dict(whole))

    def _raw_of(self, table: str, column: str) -> set[str]:
        """Raw tables behind a column."""
        if table not in self.rebuild.recipes:
            return {table}
        if (table, column) not in self._behind:
            recipe = self.rebuild.recipes[table]
            derivation = recipe.lineage(self.rebuild.settings).get(column)
            sources = derivation.sources if derivation else [(name, WHOLE_TABLE) for name in recipe.reads]
            self._behind[table, column] = set().union(
                *(
                    self.rebuild.raw_behind([source]) if name == WHOLE_TABLE else self._raw_of(source, name)
                    for source, name in sources
                )
            )
        return self._behind[table, column]


def revise(
    settings: Settings,
    rebuild: Rebuild,
    old: TableState,
    new: TableState,
    most_rows: int,
    parts: Sequence[Part] = (),
) -> list[Revision]:
    """Every figure that differs, by table in order of travel.

    A table of more than ``most_rows`` is compared by its totals. ``parts`` are the causes of the conclusions' moves.
    """
    found: list[Revision] = []
    code = {name for name in rebuild.recipes if name in old.code and old.code[name] != new.code.get(name)}
    vintages = old.values(VINTAGE, "vintage_id") ^ new.values(VINTAGE, "vintage_id")
    causes = _Causes(rebuild, code, vintages, parts)
    with two_sides(settings, old.tables, new.tables) as sides:
        for table in compared_tables():
            own, redefined = _definitions(table, old, new)
            found += own
            has_same_bytes = table.name in new.sha256 and old.sha256.get(table.name) == new.sha256[table.name]
            if table.name not in old.shapes or has_same_bytes:
                continue
            columns = [name for name in table.column_names if name in old.shapes[table.name] and name not in redefined]
            if not set(table.primary_key) <= set(columns):
                continue
            rows = sides.revisions(table, columns, most_rows).to_dicts()
            if table.schema == "raw":
                revisions = [_of_raw(table, row, old, new) for row in rows]
                causes.changed |= {revision.caused_by: revision.cause for revision in revisions}
                if not revisions and _rows_differ(table, old, new):
                    causes.changed[table.name] = "data_revision"  # only texts and dates were added or withdrawn
                found += revisions
            elif rows:
                whole = causes.of_table(table)
                for row in rows:
                    own_causes = causes.of_row(table, row, whole)
                    kinds = set(own_causes.values())
                    cause = kinds.pop() if len(kinds) == 1 else MIXED
                    found.append(_revision(table, row, cause, named(list(own_causes))))
    return found + [
        Revision(f"{name}/{EVERY}/{EVERY}", name, "withdrawn", "definition_change", "contract", old_text="table")
        for name in sorted(set(old.shapes) - set(contracts()))
    ]


def _rows_differ(table: Contract, old: TableState, new: TableState) -> bool:
    is_in_both = table.name in old.raw and table.name in new.raw
    return is_in_both and not old.raw[table.name].equals(new.raw[table.name])


def _definitions(table: Contract, old: TableState, new: TableState) -> tuple[list[Revision], set[str]]:
    """What a changed contract does to a table, and the columns that are new, lost or redefined."""
    every = "/".join([table.name, *[EVERY] * len(table.primary_key)])
    if table.name not in old.shapes:
        figure = f"{every}/{EVERY}"
        return [Revision(figure, table.name, "added", "definition_change", "contract", new_text="table")], set()
    before, after = old.shapes[table.name], new.shapes[table.name]
    redefined = [column for column in dict.fromkeys([*before, *after]) if before.get(column) != after.get(column)]
    found = []
    for column in redefined:
        kind = "added" if column not in before else "withdrawn" if column not in after else "changed"
        texts = [f"{one.duckdb_type}, {one.unit}" if one else None for one in (before.get(column), after.get(column))]
        definition = (f"{every}/{column}", table.name, kind, "definition_change", "contract")
        found.append(Revision(*definition, old_text=texts[0], new_text=texts[1]))
    return found, set(redefined)


def _of_raw(table: Contract, row: Mapping, old: TableState, new: TableState) -> Revision:
    by_name = dict(zip(table.primary_key, _key(table, row), strict=True))
    part = by_name.get(SPLIT_BY.get(table.name, ""))
    (revised,) = table.declared(Revised) or (Revised(),)
    if _is_corrected(table, row, old, new):
        cause = "correction"
    elif row["kind"] == "changed":
        cause = "definition_change" if row["column_name"] in revised.defining else "data_revision"
    else:
        without = old if row["kind"] == "added" else new
        is_known = bool(revised.by) and by_name.get(revised.by) in without.values(table.name, revised.by)
        is_policy = revised.policy in ("always", "known" if is_known else "new")
        cause = "policy_change" if is_policy else "data_revision"
    return _revision(table, row, cause, Input(table.name, part).name)


def _is_corrected(table: Contract, row: Mapping, old: TableState, new: TableState) -> bool:
    """Whether a row of ``raw.correction`` that only one state has names the cell, or the whole row."""
    before, after = (
        set(state.raw[CORRECTION].select(CORRECTED).rows()) if CORRECTION in state.raw else set()
        for state in (old, new)
    )
    key = "/".join(_key(table, row))
    return any(
        (name, row_key) == (table.name, key) and column in (row["column_name"], EVERY)
        for name, row_key, column, _ in before ^ after
    )


def _is_named(makers: Iterable[Recipe], parameter: str) -> bool:
    """Whether the code of any of these recipes names a parameter, given as the name of its input."""
    parameter_id = parameter.partition("/")[2]
    return any(parameters_named(recipe.constants(), [parameter_id]) for recipe in makers)


def named(names: Sequence[str]) -> str:
    """The names in their order; many parts of one table are counted, and so are names beyond the first few."""
    tables = [name.partition("/")[0] for name in names]
    parts = Counter(tables)
    listed = list(
        dict.fromkeys(
            name if parts[table] <= NAMED_PARTS else f"{table} ({parts[table]} parts)"
            for name, table in zip(names, tables, strict=True)
        )
    )
    rest = len(listed) - NAMED_CAUSES
    return ", ".join(listed[:NAMED_CAUSES]) + (f" and {rest} more" if rest > 0 else "")


def named_together(texts: Iterable[str]) -> str:
    """All names in several texts of ``named``, each once."""
    texts = list(texts)
    listed = [name for text in texts for name in _UNNAMED.sub("", text).split(", ")]
    together = named(list(dict.fromkeys(listed)))
    hides_some = any(map(_UNNAMED.search, texts))
    return f"{together} and more" if hides_some and not _UNNAMED.search(together) else together


def _key(table: Contract, row: Mapping) -> list[str]:
    return [row[f"key_{place}"] for place in range(1, len(table.primary_key) + 1)]


def _revision(table: Contract, row: Mapping, cause: str, caused_by: str) -> Revision:
    column = row["column_name"]
    units = {row["unit"], *(one.unit for one in table.columns if one.name == column)}
    values = (row[name] for name in ("old_value", "new_value", "old_text", "new_text"))
    figure = figure_id(table, _key(table, row), column)
    return Revision(figure, table.name, row["kind"], cause, caused_by, *values, not units & set(NOT_MEASURED))


def as_frame(described: Contract, rows: Iterable[dict]) -> pl.DataFrame:
    """Rows as the table that a contract describes, sorted by its key."""
    return pl.DataFrame(list(rows), schema=described.polars_schema()).sort(described.primary_key)
