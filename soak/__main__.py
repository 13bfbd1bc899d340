"""``python -m soak``: prints what was counted and ends with 1 if anything went wrong."""

import argparse
import random
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from soak.parts import disturb, publish_under_readers, run_together
from soak.project import copy_project


def main(arguments: list[str] | None = None) -> int:
    """Runs all parts; the first two side by side, since each leaves the machine idle at times."""
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("--publications", type=int, default=120, help="small publications while readers read")
    parser.add_argument("--refreshes", type=int, default=8, help="whole refreshes that are let through")
    parser.add_argument("--kills", type=int, default=40, help="whole refreshes that are killed in between")
    parser.add_argument("--readers", type=int, default=4, help="processes that read all the time, of each of the two")
    parser.add_argument("--together", type=int, default=3, help="refreshes started at the same moment")
    parser.add_argument("--seed", type=int, default=20251113, help="of the moments at which refreshes are killed")
    parser.add_argument("--minutes", type=float, default=8, help="after these no more publications and kills are begun")
    asked = parser.parse_args(arguments)
    started = time.monotonic()
    until = started + asked.minutes * 60
    with tempfile.TemporaryDirectory(prefix="nhs_assets_soak_") as name:
        folder = Path(name)
        project = copy_project(folder)
        project.change(-1)
        first = project.refresh()
        if first.code != 0:
            print(first.printed, file=sys.stderr)
            return 1
        data_dir, chance = project.settings.data_dir, random.Random(asked.seed)
        with ThreadPoolExecutor(2) as pool:
            publishing = pool.submit(
                publish_under_readers, data_dir, folder / "small", asked.publications, asked.readers, until
            )
            disturbing = pool.submit(disturb, project, asked.kills, asked.refreshes, asked.readers, chance, until)
            parts = [publishing.result(), disturbing.result()]
        parts.append(run_together(project, asked.together))
    for part in parts:
        print(f"  {part}")
    if parts[0].publications < asked.publications or parts[1].kills < asked.kills:
        print(f"  cut short after {asked.minutes:g} minutes: {asked.publications} and {asked.kills} were asked for")
    good = all(part.went_well for part in parts)
    print(f"soak: {'nothing went wrong' if good else 'something went wrong'}, {time.monotonic() - started:.0f} s")
    print(
        "note: small publications have long tables cut, and no checks or comparison; the others are whole refreshes "
        "with few draws.\n"
        "With time: python -m soak --publications 200 --kills 100 --refreshes 200 --minutes 90"
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
