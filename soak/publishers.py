"""``python -m soak.publishers [COUNT [KIND ...]]``: spoilt publishers' files, and what the readers make of them."""

import sys
import traceback
from collections import Counter
from random import Random

from nhs_assets.ground.problems import BadInputError
from nhs_assets.sources.publishers import read_file
from soak.mutations import Case, Outcome, digit_changed
from soak.publisher_files import LAYOUTS, VARIANTS, beside

MUTANTS = 1000
SHOWN = 5


def main(count: int = MUTANTS, *kinds: str) -> int:
    """Reads ``count`` spoilt files of every layout, or of the kinds named, and prints the counts.

    Returns:
        How many of them ended in a crash or a wrong figure.
    """
    failures = 0
    for layout in (layout for layout in (*LAYOUTS, *VARIANTS) if not kinds or layout.kind in kinds):
        case = Case.of(layout, beside())
        counts: Counter[str] = Counter()
        shown: list[str] = []
        for number in range(count):
            mutant = case.mutant(Random(f"{layout.name} {number}"))
            try:
                outcome, words = case.judge(mutant)
            except Exception:
                outcome, words = Outcome.WRONG, traceback.format_exc(limit=-2)
            counts[outcome] += 1
            if outcome is Outcome.WRONG:
                shown.append(f"    number {number}, {', '.join(mutant.done)}: {words}")
        failures += counts[Outcome.WRONG]
        tally = ", ".join(f"{outcome.value} {counts[outcome]}" for outcome in Outcome)
        print(f"{layout.name}: {count} spoilt files: {tally}. {_digits(case, count)}")
        print("\n".join(shown[:SHOWN]), end="\n" if shown else "")
    print(f"{failures} crashes or wrong figures")
    return failures


def _digits(case: Case, count: int) -> str:
    """How many plausible figures in the place of others are noticed; the rest cannot be told from the file."""
    seen = changed = 0
    for number in range(count // 5):
        content = digit_changed(case, Random(f"digit {case.layout.name} {number}"))
        try:
            found = read_file(content, case.context)
        except BadInputError:
            seen, changed = seen + 1, changed + 1
            continue
        if found.set_aside:
            seen, changed = seen + 1, changed + 1
        elif any(not frame.equals(found.tables[name]) for name, frame in case.whole.tables.items()):
            changed += 1
    return f"Of {changed} changed digits that matter, {seen} were noticed"


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(1 if main(*map(int, given[:1]), *given[1:]) else 0)
