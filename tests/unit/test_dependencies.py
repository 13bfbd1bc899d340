"""What is installed is what was locked, and what was locked names one version of one package each."""

import re
import subprocess
import sys
from importlib.metadata import distributions

import pytest

from nhs_assets.instance.doctor import locked_versions
from nhs_assets.settings import PROJECT_ROOT

pytestmark = pytest.mark.unit

LOCK = PROJECT_ROOT / "requirements.lock"
LINES = LOCK.read_text(encoding="utf-8").splitlines()


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_each_line_pins_one_package_to_one_released_version() -> None:
    """No address, option, marker or pre-release, which would let another package in than the one that was tested."""
    odd = [
        line
        for line in LINES
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9]+(\.[0-9]+)*(\.post[0-9]+)?", line)
    ]
    assert not odd
    names = [plain(line.partition("==")[0]) for line in LINES]
    assert len(set(names)) == len(names)


def test_what_is_installed_of_the_lock_has_its_version() -> None:
    installed = {plain(one.metadata["Name"]): one.version for one in distributions()}
    differing = {
        name: (wanted, installed[plain(name)])
        for name, wanted in locked_versions(LOCK).items()
        if installed.get(plain(name), wanted) != wanted
    }
    assert not differing


def test_installed_packages_agree_with_one_another() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "check", "--disable-pip-version-check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_audit_fails_where_the_service_cannot_be_asked() -> None:
    """An audit that passes because nobody answered would be worse than none."""
    makefile = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
    (audit,) = re.findall(r"^audit:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert "pip-audit --strict" in audit
    assert not re.search(r"\|\|", audit)
    assert "\t-" not in audit
