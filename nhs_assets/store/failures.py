"""A page for each failed run, for people who find out from a folder and not from the UI."""

from collections.abc import Sequence
from pathlib import Path

from nhs_assets.ground import files
from nhs_assets.store.snapshot import current_version


def write_failure(data_dir: Path, run_id: str, job: str, message: str, steps: Sequence[tuple[str, str]]) -> Path:
    """Writes the page and returns where it stands.

    Args:
        data_dir: the data folder.
        run_id: the run that failed.
        job: the job it ran.
        message: what Dagster says of the run as a whole.
        steps: for each failed step, its name and its error.
    """
    shown = current_version(data_dir)
    lines = [f"# Run {run_id} of {job} failed", "", message, ""]
    lines += [f"What was published stays published: version {shown}." if shown else "Nothing is published yet.", ""]
    for step, error in steps:
        lines += [f"## {step}", "", "```", error.strip(), "```", ""]
    lines += ["Correct what the error names, then run: nhs-assets refresh", ""]
    lines += ["docs/runbook.md lists what an error says, with what it means and what to do.", ""]
    path = data_dir / "failures" / f"{run_id}.md"
    files.write_text(path, "\n".join(lines))
    return path
