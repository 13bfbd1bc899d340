"""The door for files from outside: whether a file may be opened at all, before anything in it is looked at."""

import os
from collections.abc import Iterable
from pathlib import Path

from nhs_assets.ground.problems import BadInput, Problem
from nhs_assets.settings import settings

BYTES_IN_MB = 1_000_000


def door_problems(path: Path, name: str, within: Path | None = None) -> list[Problem]:
    """Why a file may not be opened; nothing where it may.

    Args:
        path: the file.
        name: its name in problems.
        within: the folder that it may not lead out of, however it is linked; any place will do without it.
    """
    if within is not None and not path.resolve().is_relative_to(within.resolve()):
        rule = f"leads out of the folder {within.name}/"
        return [Problem(name, rule, "Put the file itself there in place of a link to another place.")]
    if not path.exists():
        rule = "is a link that leads nowhere" if path.is_symlink() else "is not there"
        return [Problem(name, rule, "Put the file there, or take its name out.")]
    if not path.is_file():
        what = "a folder" if path.is_dir() else "no ordinary file"
        return [Problem(name, f"is {what} where a file should be", "Put the file there, or rename the folder.")]
    if not os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids):
        remedy = "Give the user that runs the refresh the right to read it."
        return [Problem(name, "may not be read by this user", remedy)]
    size, limit = path.stat().st_size, settings().input_mb
    if size > limit * BYTES_IN_MB:
        remedy = "Take out what does not belong there, or raise NHS_ASSETS_INPUT_MB if every row does."
        return [Problem(name, f"has {size:,} bytes, more than the {limit} MB that are taken", remedy)]
    return []


def admitted(paths: Iterable[Path], root: Path) -> tuple[Path, ...]:
    """Files of a folder that may be opened, sorted by name.

    Raises:
        BadInput: with every one that may not.
    """
    found = tuple(sorted(paths))
    problems = [one for path in found for one in door_problems(path, path.relative_to(root).as_posix(), root)]
    if problems:
        raise BadInput(problems)
    return found


def strays(folder: Path, known: Iterable[Path], root: Path) -> list[Problem]:
    """Files in a folder that would be passed over without a word, such as ``QYG.CSV`` or ``mine.yaml``.

    Hidden files and the copies that editors keep are not meant as input, and are left alone.
    """
    if not folder.is_dir():
        return []
    passed_over = [one for one in folder.iterdir() if not one.name.startswith((".", "~")) and one.name[-1] != "~"]
    return [
        Problem(
            path.relative_to(root).as_posix(),
            "would not be read: this name means nothing here",
            f"Give it the name of an input of {folder.name}/, with its ending in small letters, or take it away.",
        )
        for path in sorted(set(passed_over) - set(known))
    ]
