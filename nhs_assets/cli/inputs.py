"""Commands that hold what comes in: changed seeds, and claims against their documents."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from nhs_assets.cli.screen import err, fail, out, say
from nhs_assets.ground.problems import BadInput
from nhs_assets.settings import settings


def seal(
    files: Annotated[
        list[Path], typer.Argument(help="Seed files whose changes are meant.", exists=True, dir_okay=False)
    ],
) -> None:
    """Vouch for a changed seed: write its checksum and row count into its origin file.

    Every row is held against its contract first. Look at the change before you seal it: [bold]git diff seeds[/bold].
    A claim that breaks a rule of its own is named here, and set aside when the tables are built; the others go on.

    Example: [bold]nhs-assets seal seeds/funding/settlement_plan.csv[/bold]
    """
    from nhs_assets.ground.clock import MACHINE
    from nhs_assets.sources.seed_files import find_seeds
    from nhs_assets.sources.seeds import read_context, refused_rows, seal

    try:
        known = {seed.path.resolve(): seed for seed in find_seeds(settings().seeds_dir)}
        for file in files:
            if file.resolve() not in known:
                fail(f"{file} is not a seed; seeds are the CSV files in {settings().seeds_dir}")
            seed = known[file.resolve()]
            origin = seal(seed)
            out.print(f"sealed {file}: {origin.rows} rows, sha256 {origin.sha256[:12]}…")
            for refused in refused_rows(seed, read_context(seed, tuple(known.values()), MACHINE.today())):
                say(err, f"will be set aside: {refused}")
    except BadInput as error:
        fail(str(error))


def verify_claims(
    folder: Annotated[
        Path, typer.Argument(help="Holds documents under the names of evidence.source.", exists=True, file_okay=False)
    ],
) -> None:
    """Hold every claim against its document: checksum, place, and the figure in those characters.

    The documents are not part of the project. Those in the folder are opened; the others are listed as not held.
    A yes or no, and "nothing", have no figure: for them the passage must hold a word that the measure names. A plural
    such as "thousands" counts as two of them. Ends with 1 if any claim does not match.

    Example: [bold]nhs-assets verify-claims ~/documents[/bold]
    """
    from nhs_assets.ground.clock import MACHINE
    from nhs_assets.sources.documents import Status, verify
    from nhs_assets.sources.seed_files import find_seeds
    from nhs_assets.sources.seeds import read_context, read_seed

    try:
        seeds = find_seeds(settings().seeds_dir)
        claim = next(seed for seed in seeds if seed.contract.name == "raw.claim")
        context = read_context(claim, seeds, MACHINE.today())
        beside = context.tables
        found = verify(folder, read_seed(claim, None, context), beside["raw.source"], beside["raw.measure"])
    except BadInput as error:
        fail(str(error))
    shown = Table("claim", "document", "verified by", "expected", Column("found", overflow="fold"))
    for one in found:
        if one.status is Status.VERIFIED:
            shown.add_row(one.subject, one.source_id, one.how, escape(one.expected), escape(one.found))
    if shown.row_count:
        out.print(shown)
    absent = {one.source_id: one.how for one in found if one.status is Status.NOT_HELD}
    for source_id, why in absent.items():
        claims = [one.subject for one in found if one.source_id == source_id]
        say(out, f"not held: {source_id} ({why}): {', '.join(claims)}")
    mismatches = [one for one in found if one.status is Status.MISMATCH]
    for one in mismatches:
        say(err, f"mismatch: {one.subject} in {one.source_id}, {one.how}: expected {one.expected}; found {one.found}")
    counts = {status: sum(one.status is status for one in found) for status in Status}
    say(
        out,
        f"{counts[Status.VERIFIED]} claims verified, {counts[Status.MISMATCH]} mismatches, "
        f"{counts[Status.NOT_HELD]} claims in {len(absent)} documents that are not held",
    )
    if mismatches:
        raise typer.Exit(1)
