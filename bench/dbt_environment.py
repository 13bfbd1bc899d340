"""dbt in an environment of its own, made on first use: its dependencies and ours need not agree."""

import subprocess
import sys

from bench.timing import ROOT, ContestantError

REQUIREMENTS = ROOT / "bench" / "peer-requirements.txt"
ENVIRONMENT = ROOT / "bench" / ".peer"
DBT = ENVIRONMENT / "bin" / "dbt"
READY = ENVIRONMENT / "installed.txt"


def ensure_installed() -> None:
    """Installs exactly what the requirements pin, unless that has been done already.

    Raises:
        ContestantError: if a package cannot be installed.
    """
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    if READY.exists() and READY.read_text(encoding="utf-8") == wanted:
        return
    print(f"Installing dbt into {ENVIRONMENT.relative_to(ROOT)} (first use only)", file=sys.stderr, flush=True)
    pip = [ENVIRONMENT / "bin" / "pip", "install", "-qq", "--disable-pip-version-check"]
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
        subprocess.run([*pip, "--no-deps", "--requirement", REQUIREMENTS], check=True)
    except subprocess.CalledProcessError as refused:
        raise ContestantError(f"dbt could not be installed: {refused}") from refused
    READY.write_text(wanted, encoding="utf-8")


def versions() -> dict[str, str]:
    """Versions of dbt and of its DuckDB, from the pins."""
    pins = dict(line.split("==") for line in REQUIREMENTS.read_text(encoding="utf-8").split() if "==" in line)
    return {name: pins[name] for name in ("dbt-core", "dbt-duckdb", "duckdb")}
