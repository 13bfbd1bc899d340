"""``python -m bench``: prints the comparisons and keeps them in ``bench/results``."""

import argparse
import sys

from bench import entitlement, load, overhead, publication, refresh, simulation
from bench.results import keep
from bench.timing import ContestantError, forget_settings

COMPARISONS = {
    "refresh": refresh.compare,
    "publication": publication.compare,
    "overhead": overhead.compare,
    "load": load.compare,
    "entitlement": entitlement.compare,
    "simulation": simulation.compare,
}


def main(arguments: list[str] | None = None) -> int:
    """Runs the comparisons asked for and returns the exit code: 1 if something could not be timed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("comparison", nargs="?", choices=COMPARISONS, help="which to run; without it, all of them")
    parser.add_argument("--repeat", type=_positive, help="timed runs of each contestant; each has its own default")
    asked = parser.parse_args(arguments)
    forget_settings()
    limits = {} if asked.repeat is None else {"repeat": asked.repeat}
    code = 0
    for name in [asked.comparison] if asked.comparison else COMPARISONS:
        try:
            found = COMPARISONS[name](**limits)
        except ContestantError as failure:
            print(f"{name}: not measured. {failure}", file=sys.stderr)
            code = 1
            continue
        keep(found)
        print(f"{found}\n", flush=True)
    return code


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
