"""``python -m soak``: prints what was counted and ends with 1 if anything went wrong."""

import argparse
import random
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from soak.parts import kill_refreshes, publish_under_readers, run_together
from soak.project import copy_project


def main(arguments: list[str] | None = None) -> int:
    """Runs all parts; the first two side by side, since each leaves the machine idle at times."""
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("--publications", type=int, default=200, help="publications while readers read")
    parser.add_argument("--readers", type=int, default=4, help="processes that read all the time")
    parser.add_argument("--kills", type=int, default=100, help="whole refreshes that are killed")
    parser.add_argument("--together", type=int, default=3, help="refreshes started at the same moment")
    parser.add_argument("--seed", type=int, default=20251113, help="of the moments at which refreshes are killed")
    parser.add_argument("--minutes", type=float, default=8, help="after these no more publications and kills are begun")
    asked = parser.parse_args(arguments)
    started = time.monotonic()
    until = started + asked.minutes * 60
    with tempfile.TemporaryDirectory(prefix="nhs_assets_soak_") as name:
        folder = Path(name)
        project = copy_project(folder)
        first = project.refresh()
        if first.code != 0:
            print(first.printed, file=sys.stderr)
            return 1
        own = folder / "small"
        with ThreadPoolExecutor(2) as pool:
            reading = pool.submit(
                publish_under_readers, project.settings.data_dir, own, asked.publications, asked.readers, until
            )
            killing = pool.submit(kill_refreshes, project, asked.kills, 10, random.Random(asked.seed), until)
            parts = [reading.result(), killing.result()]
        parts.append(run_together(project, asked.together))
    for part in parts:
        print(f"  {part}")
    if parts[0].publications < asked.publications or parts[1].kills < asked.kills:
        print(f"  cut short after {asked.minutes:g} minutes: {asked.publications} and {asked.kills} were asked for")
    good = all(part.went_well for part in parts)
    print(f"soak: {'nothing went wrong' if good else 'something went wrong'}, {time.monotonic() - started:.0f} s")
    print(
        "note: the publications under readers are small ones (long tables cut, no checks, no comparison); the kills "
        "and those that run together are whole refreshes with few draws"
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
