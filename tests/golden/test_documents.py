"""The documents say what the tables say: charts are current, and shown output is what the commands print."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from nhs_assets.outputs.generated_docs import answers, charts, drawing_of
from nhs_assets.settings import PROJECT_ROOT
from tests.conftest import Project

pytestmark = pytest.mark.golden

DOCS = PROJECT_ROOT / "docs"
SHOWN = re.compile(r"^```bash\n((?:(?!^```).)*)^```\n+```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
"""A block of commands with the block of output that follows it at once."""

PAGES = ("README.md", "docs/tutorial.md", "docs/answers.md", "docs/reading.md")
EXAMPLES = {
    f"{name}-{number}": example
    for name in PAGES
    for number, example in enumerate(SHOWN.findall((PROJECT_ROOT / name).read_text(encoding="utf-8")), start=1)
}
SCRIPTS = [
    script
    for name in PAGES
    for script in re.findall(
        r"^```python\n(.*?)^```$", (PROJECT_ROOT / name).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
]


def test_charts_in_the_documents_are_current(refreshed: Project) -> None:
    for name, drawn in charts(refreshed.settings.data_dir).items():
        assert (DOCS / name).read_text(encoding="utf-8") == drawn, "run: nhs-assets docs"


def test_answers_in_the_documents_are_current(refreshed: Project) -> None:
    for name, written in answers(refreshed.settings.data_dir).items():
        assert (DOCS / name).read_text(encoding="utf-8") == written, "run: nhs-assets docs"


def test_the_texts_of_the_readme_pictures_are_those_of_the_charts(refreshed: Project) -> None:
    readme = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("money_moved", "payback"):
        drawing, _ = drawing_of(refreshed.settings.data_dir, name)
        assert f"![{drawing.description}](docs/charts/{name}.svg)" in readme


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_command_prints_what_the_page_shows(
    name: str, refreshed: Project, refreshed_with_few_draws: Project, tmp_path: Path
) -> None:
    commands, shown = EXAMPLES[name]
    project = refreshed_with_few_draws if "--as-of" in commands else refreshed
    (tmp_path / "seeds").symlink_to(PROJECT_ROOT / "seeds")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-ec", commands],
        cwd=tmp_path,
        env=project.environment | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert not [line for line in shown.splitlines() if " ".join(line.split()) not in printed], done.stdout


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_prints_rows(script: str, refreshed_with_few_draws: Project, tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(refreshed_with_few_draws.settings.data_dir)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > 5
