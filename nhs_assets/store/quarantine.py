"""Refused inputs: a report of everything wrong, kept so that someone can mend it after the run is gone."""

import hashlib
from pathlib import Path

from nhs_assets.ground import files
from nhs_assets.ground.problems import BadInputError


def quarantine(data_dir: Path, table: str, refused: BadInputError) -> Path:
    """Writes the full list of problems and returns where it stands. The same problems give the same report."""
    report = "\n".join(str(problem) for problem in refused.problems) + "\n"
    name = f"{table}-{hashlib.sha256(report.encode()).hexdigest()[:12]}.txt"
    path = data_dir / "quarantine" / name
    files.write_text(path, report)
    return path
