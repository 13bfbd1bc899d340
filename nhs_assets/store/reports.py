"""Reports of refused inputs and failed runs, for people who look into folders and not into the UI."""

from collections.abc import Sequence
from pathlib import Path

from nhs_assets.ground import files
from nhs_assets.ground.problems import BadInputError
from nhs_assets.store.snapshot import current_version


def write_refusal(data_dir: Path, table: str, refused: BadInputError) -> Path:
    """Writes every problem of a refused input to the quarantine; the same problems give the same file."""
    report = "\n".join(str(problem) for problem in refused.problems) + "\n"
    path = data_dir / "quarantine" / f"{table}-{files.sha256_of(report.encode())[:12]}.txt"
    files.write_text(path, report)
    return path


def write_failure(data_dir: Path, run_id: str, job: str, said: Sequence[str], steps: Sequence[tuple[str, str]]) -> None:
    """Writes a page about a failed run: the name and the error of each failed step, then what is said of the run."""
    version = current_version(data_dir)
    lines = [f"# Run {run_id} of {job} failed", ""]
    lines += [f"What was published stays published: version {version}." if version else "Nothing is published yet.", ""]
    for step, error in steps:
        lines += [f"## {step}", "", "```", error.strip(), "```", ""]
    lines += [line for sentence in said for line in (sentence, "")]
    lines += ["Correct what the error names, then run: nhs-assets refresh", ""]
    lines += ["docs/runbook.md lists what an error says, with what it means and what to do.", ""]
    files.write_text(data_dir / "failures" / f"{run_id}.md", "\n".join(lines))
