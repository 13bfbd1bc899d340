"""Validates the YAML of inputs: each wrong key and value becomes a problem with its place."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.ground.yaml_files import is_plain, read_yaml

_RULES = {
    "missing": "the key is missing",
    "extra_forbidden": "the key is unknown",
    "invalid_key": "the key is unknown",
    "model_type": "has no keys",
}


class Entry(BaseModel):
    """A mapping with known keys only: a misspelt key would otherwise be ignored without notice."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=Entry)


def must(rule: str, holds: Callable[[Any], bool]) -> AfterValidator:
    """A validator that refuses a value, with the rule, unless the condition holds."""

    def check(value: Any) -> Any:
        if not holds(value):
            raise ValueError(rule)
        return value

    return AfterValidator(check)


Plain = Annotated[Any, must("must be a text, number or date", is_plain)]


def load(path: Path, name: str) -> object:
    """The content of a YAML file; a BadInputError under this name, if it is not readable as YAML."""
    try:
        return read_yaml(path)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        rule = f"is not readable YAML: {' '.join(str(error).split())}"
        raise BadInputError([Problem(name, rule, "Check the indentation and the quotes.")]) from None


def validated(
    model: type[Model],
    content: object,
    file: str,
    remedy: str = "Write one plain value.",
    row: str | None = None,
    context: object = None,
) -> Model:
    """Content of a YAML file, or of a row of it, as a model; ``context`` is passed to the validators.

    Raises:
        BadInputError: with a problem for each wrong key (with the valid ones) and each wrong value (with the remedy).
    """
    try:
        return model.model_validate(content, context=context)
    except ValidationError as error:
        problems = [_problem(model, found, file, remedy, row) for found in error.errors(include_url=False)]
    raise BadInputError(problems)


def _problem(model: type[Entry], found: Mapping[str, Any], file: str, remedy: str, row: str | None) -> Problem:
    column = ".".join(map(str, found["loc"])) or None
    if found["type"] not in _RULES:
        value = None if found["input"] is None else str(found["input"])
        return Problem(file, str(found["ctx"]["error"]), remedy, row, column, value)
    for block in found["loc"][: -1 if found["type"] != "model_type" else None]:
        model = get_args(model.model_fields[block].annotation)[0]
    return Problem(file, _RULES[found["type"]], f"The keys are: {', '.join(model.model_fields)}.", row, column)
