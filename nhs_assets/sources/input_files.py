"""Whether an input file may be opened, checked before anything in it is read."""

import os
from collections.abc import Iterable
from pathlib import Path

from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.settings import settings

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
    problems += unexpected_files(folder, found, root)
    if problems:
        raise BadInputError(problems)
    return found


def unexpected_files(folder: Path, known: Iterable[Path], root: Path) -> list[Problem]:
    """Files in a folder that would be ignored without notice, such as ``QYG.CSV`` or ``mine.yaml``.

    Hidden files and editors' backup copies are not meant as input.
    """
    if not folder.is_dir():
        return []
    unknown = {path for path in folder.iterdir() if not path.name.startswith((".", "~")) and path.name[-1] != "~"}
    remedy = f"Give it the name of an input of {folder.name}/, with its ending in lower case, or remove it."
    return [
        Problem(path.relative_to(root).as_posix(), "would be ignored: no input has this name", remedy)
        for path in sorted(unknown - set(known))
    ]
