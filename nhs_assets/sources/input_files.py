"""Input files: whether one may be opened, and its YAML, of which each wrong key and value becomes a problem."""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from nhs_assets.ground.files import is_left_behind
from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.ground.yaml_files import is_plain, read_yaml
from nhs_assets.settings import settings
from nhs_assets.sources import mojibake

BYTES_IN_MB = 1_000_000


def access_problems(path: Path, name: str, within: Path | None = None) -> list[Problem]:
    """Why a file, by this name, must not be opened; empty if it may be.

    ``within`` is the folder that it must be in, links resolved; None allows any.
    """
    limit = settings().input_mb
    if within is not None and not path.resolve().is_relative_to(within.resolve()):
        rule, remedy = f"points outside the folder {within.name}/", "Replace the link with the file itself."
    elif not path.exists():
        rule, remedy = (
            "is a broken link" if path.is_symlink() else "does not exist",
            "Add the file, or remove its name.",
        )
    elif not path.is_file():
        rule = f"is {'a folder' if path.is_dir() else 'not a regular file'} where a file is expected"
        remedy = "Put a file there, or rename this."
    elif not os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids):
        rule, remedy = "is not readable by this user", "Give the user that runs the refresh permission to read it."
    elif (size := path.stat().st_size) > limit * BYTES_IN_MB:
        rule = f"has {size:,} bytes, more than the limit of {limit} MB"
        remedy = "Remove what does not belong there, or raise NHS_ASSETS_INPUT_MB if every row does."
    else:
        return []
    return [Problem(name, rule, remedy)]


def readable_files(folder: Path, pattern: str, root: Path) -> tuple[Path, ...]:
    """Files of a folder that match a pattern, sorted; refused if one must not be opened or another would be ignored."""
    found = tuple(sorted(folder.glob(pattern)))
    problems = [problem for path in found for problem in access_problems(path, path.relative_to(root).as_posix(), root)]
    problems += copy_problems(found, root)
    problems += unexpected_files(folder, found, root)
    if problems:
        raise BadInputError(problems)
    return found


_COPY = re.compile(
    r"(.+?)(?:[ _-]*\((?:[^)]*conflicted copy[^)]*|\d+)\)|\.sync-conflict-[\w-]+|(?: -)? [Cc]opy(?: \d+)?)(\.\w+)"
)


def copy_problems(paths: Iterable[Path], root: Path) -> list[Problem]:
    """A problem for each file that a synchroniser or a person left beside the one that it is a copy of."""
    problems = []
    for path in paths:
        found = _COPY.fullmatch(path.name)
        original = path.with_name("".join(found.groups())) if found else path
        if original != path and original.exists():
            rule = f"is a copy of {original.name}, left by a synchroniser or by hand"
            remedy = f"Compare the two, keep the right one as {original.name}, and remove the other."
            problems.append(Problem(path.relative_to(root).as_posix(), rule, remedy))
    return problems


def unexpected_files(folder: Path, known: Iterable[Path], root: Path) -> list[Problem]:
    """Files in a folder that would be ignored without notice, such as ``QYG.CSV`` or ``mine.yaml``.

    Hidden files, editors' backup copies and what systems leave in a folder are not meant as input.
    """
    if not folder.is_dir():
        return []
    unknown = {path for path in folder.iterdir() if not is_left_behind(path.name) and path.name[-1] != "~"}
    remedy = f"Give it the name of an input of {folder.name}/, with its ending in lower case, or remove it."
    return [
        Problem(path.relative_to(root).as_posix(), "would be ignored: no input has this name", remedy)
        for path in sorted(unknown - set(known))
    ]


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
    """The content of a YAML file; a BadInputError under this name, if it is no YAML or its text was decoded twice."""
    try:
        content = read_yaml(path)
        lines = path.read_text(encoding="utf-8").splitlines()
        problems = [
            Problem(name, rule, mojibake.REMEDY, number)
            for number, line in enumerate(lines, 1)
            if (rule := mojibake.decoded_twice(line))
        ]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        rule = f"is not readable YAML: {' '.join(str(error).split())}"
        raise BadInputError([Problem(name, rule, "Check the indentation and the quotes.")]) from None
    if problems:
        raise BadInputError(problems)
    return content


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
