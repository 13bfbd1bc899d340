"""The generated part of ``docs/``: the pages of tables, parameters, settings and questions, and the charts."""

import importlib
import inspect
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic.fields import FieldInfo

from nhs_assets.build.checks import Check, declared_check
from nhs_assets.build.select import Select
from nhs_assets.contracts.known import CLAIM, DOCUMENT, VINTAGE
from nhs_assets.contracts.registry import SCHEMAS, Contract, contracts_of
from nhs_assets.contracts.rules import Rule
from nhs_assets.ground.yaml_files import read_yaml
from nhs_assets.outputs.pages import render
from nhs_assets.outputs.questions import find_questions
from nhs_assets.settings import PROJECT_ROOT, Settings, settings
from nhs_assets.sources.parameters import read_parameters

if TYPE_CHECKING:
    from nhs_assets.outputs.charts.drawing import Drawing

QUOTING = Path(__file__).with_name("quoting.yml")

READING_ORDER = (*SCHEMAS[1:], "as_of", SCHEMAS[0])
"""Product tables first: few readers come for ``raw``."""

_NAMED = {
    None: "",
    VINTAGE: "the day of the vintage in ",
    DOCUMENT: "the day of the document in ",
    CLAIM: "the day of the claim in ",
}


def pages() -> dict[str, str]:
    """The Markdown pages by their path in ``docs/``."""
    schemas = {schema: (_purpose(schema), contracts_of(schema)) for schema in READING_ORDER}
    settings = [
        (name, _default(field), field.description, _bounds(field)) for name, field in Settings.model_fields.items()
    ]
    parameters = read_parameters(PROJECT_ROOT / "seeds").sort("file", "parameter_id", "valid_from").to_dicts()
    numbers = ("value", "low", "high")
    parameters = [
        row | {name: "" if row[name] is None else f"{row[name]:,.10g}" for name in numbers} for row in parameters
    ]
    return {
        "tables.md": render("tables.md", schemas=schemas, known=_known, checks=_checks),
        "parameters.md": render("parameters.md", parameters=parameters),
        "settings.md": render("settings.md", settings=settings),
        "questions/README.md": render("questions.md", questions=find_questions()),
    }


OF_A_RUN = ("what_changed", "parameters_due", "cite_and_rerun")
"""Questions whose answer depends on the run or the day, and not on the figures alone."""


def answers(data_dir: Path) -> dict[str, str]:
    """The pages that hold today's answers, by their path in ``docs/``."""
    from nhs_assets.outputs.explain import in_words
    from nhs_assets.outputs.query import ask

    asked = find_questions()
    frames = {one.number: ask(data_dir, one.sql) for one in asked if one.name not in OF_A_RUN}
    sentences = {
        one.number: one.sentence(one.with_sentences(frames[one.number], partial(in_words, data_dir)))
        for one in asked
        if one.number in frames
    }
    by_number = {one.number: one for one in asked}
    parts = [
        part | {"answer": sentences[part["question"]], "asked": by_number[part["question"]]}
        for part in read_yaml(QUOTING)
    ]
    (about_lacking,) = (one.number for one in asked if one.name == "what_the_tables_lack")
    listed = [(one, sentences[one.number].replace("|", "\\|")) for one in asked if one.number in sentences]
    left_out = [one.number for one in asked if one.number not in sentences]
    return {
        "questions/answers.md": render("answers.md", answers=listed, left_out=left_out),
        "quoting.md": render("quoting.md", parts=parts, lacking=sentences[about_lacking]),
    }


IN_DOCS = ("money_moved", "payback", "posts_gone")
"""Charts that the documents show."""


def charts(data_dir: Path) -> dict[str, str]:
    """The charts of the documents, as SVG, by their path in ``docs/``; they name no version."""
    drawn = {name: drawing_of(data_dir, name) for name in IN_DOCS}
    return {f"charts/{name}.svg": drawing.picture(stamp) for name, (drawing, stamp) in drawn.items()}


def drawing_of(data_dir: Path, name: str) -> tuple["Drawing", str]:
    """A chart of the published tables, and where it is from."""
    from nhs_assets.outputs.charts.registry import CHARTS
    from nhs_assets.outputs.explained import explained_snapshot
    from nhs_assets.outputs.query import ask
    from nhs_assets.outputs.report.figures import known_on, stamp

    select = Select.from_file(settings().sql_dir / "figures" / f"{name}.sql")
    with explained_snapshot(data_dir) as explained:
        day = known_on(explained)
    return CHARTS[name](ask(data_dir, select.text)), stamp(name, select.tables, day)


def _purpose(schema: str) -> str:
    module = importlib.import_module(f"nhs_assets.contracts.{schema}")
    return inspect.getdoc(module).partition("\n")[0].replace("``", "`")


def _checks(table: Contract) -> list[Check]:
    return [declared_check(table, rule) for rule in table.declared(Rule)]


def _known(table: Contract) -> str:
    """From which day the rows of a raw table are known."""
    known = table.known
    days = [f"{_NAMED[day.of]}{_listed(day.columns)}" for day in known.days]
    if known.is_method:
        about = [
            f", once what {_listed(day.columns)} name is known"
            + (f" where `{day.where[0]}` is {day.where[1]}" if day.where else "")
            for day in known.days
        ]
        return f"Method: today's on any day{''.join(about)}."
    later = sum(day.months_later for day in known.days)
    start = f"{later} months after " if later else "the latest of " if len(days) > 1 else ""
    text = f"Facts, known from {start}{' and '.join(days)}."
    if known.hindsight:
        text += f" Written later, and empty on an earlier day: {_listed(known.hindsight)}."
    return text + (f" Today's on any day: {_listed(known.of_today)}." if known.of_today else "")


def _listed(columns: tuple[str, ...]) -> str:
    return " and ".join(f"`{column}`" for column in columns)


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None:
        return "not set"
    if isinstance(value, Path):
        value = value.relative_to(PROJECT_ROOT)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _bounds(field: FieldInfo) -> str:
    """Bounds of a number, such as "1 to 256"."""
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
