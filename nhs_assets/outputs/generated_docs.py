"""The generated part of ``docs/``: the pages of tables, parameters, settings and questions, and the charts."""

import importlib
import inspect
from pathlib import Path

from pydantic.fields import FieldInfo

from nhs_assets.build.checks import declared_check
from nhs_assets.contracts.known import CLAIM, DOCUMENT, VINTAGE, Known
from nhs_assets.contracts.registry import SCHEMAS, Contract, contracts_of
from nhs_assets.contracts.rules import Rule
from nhs_assets.outputs.questions import find_questions
from nhs_assets.settings import PROJECT_ROOT, Settings
from nhs_assets.sources.parameters import read_parameters

TABLES = """# Tables

Generated from `nhs_assets/contracts/` by `nhs-assets docs`.

A `●` marks the columns of the key. Money in £ million (`_gbp_m`) is cash unless `price_basis` says `real`; then
`base_fy` is the price year. Financial years (`fy`) run from April to March. The [glossary](glossary.md) explains the
terms. An arrow points from a column to the one that holds all its values. Rules are checked whenever the table is built
and again before it is published.
"""

SETTINGS = """# Settings

Generated from `nhs_assets/settings.py` by `nhs-assets docs`.

Every setting is an environment variable, and every one is optional. Set it before the command, or export it for the UI
and its daemon. A value that cannot be used is reported before the command starts
([runbook](runbook.md#a-setting-is-wrong)). Default folders are relative to the project, not to the current folder.

| Variable | Default | Meaning | Allowed values |
|---|---|---|---|
"""

PARAMETERS = """# Parameters

Generated from `seeds/parameters/` by `nhs-assets docs`.

Every number that the model and the SQL take from outside, by file. A change of a rule is a new dated value beside the
old one. Class is how the value is known: F found in the source, F(d) derived, K background knowledge, E estimate
([glossary](glossary.md#knowledge)). `evidence.parameter_value` has the same values with their review dates.
"""

DAGSTER_HOME = """
`DAGSTER_HOME` is Dagster's own variable. By default it is `dagster_home` in the data folder; it holds the run history
and whether the schedule is on. If you set it, copy `dagster.yaml` into that folder.
"""

QUESTIONS = """# Questions

Generated from the files beside it by `nhs-assets docs`.

Questions that people ask of the tables. Each is a file with one SELECT; its number never changes.

```bash
nhs-assets question          # list them
nhs-assets question 27       # ask one
nhs-assets question 27 -f csv > due.csv
nhs-assets query "$(cat docs/questions/27_parameters_due.sql)"    # the same figures, by hand
```

| Number | Question |
|---|---|
"""

NEW_QUESTION = """
## Add a question

Write `docs/questions/NN_short_name.sql`, starting with these comments, and a test named `test_question_NN_...` in
`tests/golden/test_questions*.py` that says what the rows must be.

```sql
-- question: Which parameters are past their day of review, or next due?
-- how to read: One line, however long.
SELECT p.parameter_id FROM evidence.parameter_value AS p
```

The optional comment `-- in words: schema.table` adds to each row the sentence that the project writes for rows of that
table; the SELECT must then give the columns that the sentence mentions. `-- in words: column` replaces the rows that
the column names by table and key, such as `evidence.contradiction/C043/O020/scope`, by their sentences.
"""

READING_ORDER = (*SCHEMAS[1:], "as_of", SCHEMAS[0])
"""Product tables first: few readers come for ``raw``."""


def pages() -> dict[str, str]:
    """The Markdown pages by their path in ``docs/``."""
    return {
        "tables.md": tables_page(),
        "parameters.md": parameters_page(),
        "settings.md": settings_page(),
        "questions/README.md": questions_page(),
    }


def charts(data_dir: Path) -> dict[str, str]:
    """The charts of the published tables, as SVG, by their path in ``docs/``.

    Raises:
        NothingPublishedError: if there is no published version.
    """
    from nhs_assets.outputs.charts import CHARTS  # takes half a second to import
    from nhs_assets.outputs.query import ask

    return {f"charts/{name}.svg": chart.draw(ask(data_dir, chart.query)).svg() for name, chart in CHARTS.items()}


def tables_page() -> str:
    """Every table and column, with type, unit and meaning."""
    parts = [TABLES]
    for schema in READING_ORDER:
        described = contracts_of(schema)
        purpose = (
            inspect.getdoc(importlib.import_module(f"nhs_assets.contracts.{schema}"))
            .partition("\n")[0]
            .replace("``", "`")
        )
        parts.append(f"\n## {schema}\n\n{purpose}\n\n| Table | Content |\n|---|---|\n")
        parts += [
            f"| [`{contract.name}`](#{contract.name.replace('.', '')}) | {contract.description} |\n"
            for contract in described
        ]
        parts += map(_table, described)
    return "".join(parts)


def _table(contract: Contract) -> str:
    lines = [f"\n### {contract.name}\n", contract.description]
    if contract.schema == "raw":
        lines += ["", _known(contract.known)]
    if contract.immutable_columns:
        immutable = ", ".join(f"`{name}`" for name in contract.immutable_columns)
        lines += ["", f"Immutable once published: {immutable}."]
    lines += ["", "| Column | Type | Unit | Meaning |", "|---|---|---|---|"]
    for column in contract.columns:
        name = f"{'●' if column.is_key else ''}`{column.name}`"
        kind = column.duckdb_type + (", may be empty" if column.nullable else "")
        meaning = column.description + (f" → `{column.references}`" if column.references else "")
        lines.append(f"| {name} | {kind} | {column.unit} | {meaning} |")
    checks = [declared_check(contract, rule) for rule in contract.declared(Rule)]
    if checks:
        lines += ["", "Rules:", "", *(f"- `{check.schema}/{check.rule}`: {check.title}" for check in checks)]
    return "\n".join(lines) + "\n"


def _known(known: Known) -> str:
    """From which day the rows of a raw table are known."""
    days = [f"{_NAMED[day.of]}{_listed(day.columns)}" for day in known.days]
    if known.is_method:
        about = [_listed(day.columns) for day in known.days]
        return "Method: today's on any day" + (f", once what {about[0]} name is known." if about else ".")
    later = sum(day.months_later for day in known.days)
    start = f"{later} months after " if later else "the latest of " if len(days) > 1 else ""
    text = f"Facts, known from {start}{' and '.join(days)}."
    if known.hindsight:
        text += f" Written later, and empty on an earlier day: {_listed(known.hindsight)}."
    return text + (f" Today's on any day: {_listed(known.of_today)}." if known.of_today else "")


_NAMED = {
    None: "",
    VINTAGE: "the day of the vintage in ",
    DOCUMENT: "the day of the document in ",
    CLAIM: "the day of the claim in ",
}


def _listed(columns: tuple[str, ...]) -> str:
    return " and ".join(f"`{column}`" for column in columns)


def parameters_page() -> str:
    """Every dated parameter value with range, class, source and reason, by file."""
    rows = read_parameters(PROJECT_ROOT / "seeds").sort("file", "parameter_id", "valid_from")
    parts = [PARAMETERS]
    for (file,), described in rows.group_by("file", maintain_order=True):
        parts.append(f"\n## {Path(file).stem}\n\n`seeds/{file}`\n\n")
        parts.append("| Parameter | From | Value | Range | Class | Source and reason |\n|---|---|---|---|---|---|\n")
        parts += map(_parameter, described.iter_rows(named=True))
    return "".join(parts)


def _parameter(row: dict) -> str:
    value, low, high = (f"{row[name]:,.10g}" for name in ("value", "low", "high"))
    spread = "" if low == value == high else f"{low} to {high}"
    name = f"`{row['parameter_id']}`: {row['label']}, {row['unit']}"
    return (
        f"| {name} | {row['valid_from']} | {value} | {spread} | {row['confidence']} "
        f"| `{row['source_id']}`: {row['reference']} |\n"
    )


def settings_page() -> str:
    """Every setting with its default, meaning and bounds."""
    rows = [
        f"| `NHS_ASSETS_{name.upper()}` | {_default(field)} | {field.description} | {_bounds(field)} |\n"
        for name, field in Settings.model_fields.items()
    ]
    return SETTINGS + "".join(rows) + DAGSTER_HOME


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None:
        return "not set"
    if isinstance(value, Path):
        value = value.relative_to(PROJECT_ROOT)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _bounds(field: FieldInfo) -> str:
    """Bounds of a number, such as "1 to 256"; nothing where there are none."""
    bounds = {
        name: f"{getattr(bound, name):,}"
        for bound in field.metadata
        for name in ("ge", "gt", "le")
        if hasattr(bound, name)
    }
    match bounds:
        case {"ge": least, "le": most}:
            return f"{least} to {most}"
        case {"gt": above, "le": most}:
            return f"more than {above}, at most {most}"
        case {"ge": least}:
            return f"at least {least}"
        case {"gt": above}:
            return f"more than {above}"
    return ""


def questions_page() -> str:
    """The prepared questions, and how to add one."""
    rows = [
        f"| {asked.number} | [{asked.question}]({asked.number:02d}_{asked.name}.sql) |\n" for asked in find_questions()
    ]
    return QUESTIONS + "".join(rows) + NEW_QUESTION
