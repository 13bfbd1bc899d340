"""Commands that verify inputs: changed seeds, and claims against their documents."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from nhs_assets.cli.console import err, fail, out, print_table, reported_errors, say
from nhs_assets.settings import settings


def seal(
    files: Annotated[
        list[Path], typer.Argument(help="Seed files whose changes are intended.", exists=True, dir_okay=False)
    ],
) -> None:
    """Seal a changed seed: write its checksum and row count into its origin file.

    Every row is validated against its contract first. Review the change first: [bold]git diff seeds[/bold].
    A claim that breaks a rule of its own is reported here and quarantined when the tables are built.

    Example: [bold]nhs-assets seal seeds/funding/settlement_plan.csv[/bold]
    """
    from nhs_assets.ground.clock import MACHINE
    from nhs_assets.sources.correct import changes_to_record
    from nhs_assets.sources.seed_files import find_seeds
    from nhs_assets.sources.seeds import read_context, refused_rows, seal
    from nhs_assets.store.immutability import command

    with reported_errors():
        known = {seed.path.resolve(): seed for seed in find_seeds(settings().seeds_dir)}
        for file in files:
            if file.resolve() not in known:
                fail(f"{file} is not a seed; seeds are the CSV files in {settings().seeds_dir}")
            seed = known[file.resolve()]
            origin = seal(seed)
            out.print(f"sealed {file}: {origin.rows} rows, sha256 {origin.sha256[:12]}…")
            for refused in refused_rows(seed, read_context(seed, tuple(known.values()), MACHINE.today())):
                say(err, f"will be quarantined: {refused}")
            for change in changes_to_record(settings().data_dir, seed, tuple(known.values())):
                say(
                    err,
                    f"{change.row_key}, {change.column_name} was published as {change.published_as} and is now "
                    f"{change.corrected_to}: a refresh will refuse it. Restore it, or, if it was wrong, record it:\n"
                    f"  {command(change)}",
                )


def correct(
    table: Annotated[str, typer.Argument(help="Table of the figure, such as raw.settlement_plan.")],
    row: Annotated[str, typer.Argument(help="Key of its row, values joined by /, as seal prints it.")],
    column: Annotated[str, typer.Argument(help="Column of the figure.")],
    value: Annotated[str, typer.Argument(help="The right figure, which the seed already states.")],
    reason: Annotated[str, typer.Option(help="What was wrong, in your words; it is published.")],
    source: Annotated[str, typer.Option(help="source_id of the document that shows the right figure.")],
    day: Annotated[datetime | None, typer.Option(help="Day of the correction.", formats=["%Y-%m-%d"])] = None,
) -> None:
    """Record that a published figure was wrong here: write the correction, then seal it and the figure's seed.

    Published figures do not change without one. Correct the figure in its seed first.

    Example: [bold]nhs-assets correct raw.settlement_plan sr_2025_06/2028-29/dhsc_rdel amount_gbp_m 232000
    --reason "A digit was copied wrongly." --source spending_review_2025[/bold]
    """
    from nhs_assets.ground.clock import MACHINE
    from nhs_assets.sources.correct import Evidence
    from nhs_assets.sources.correct import correct as record

    shown_by = Evidence(reason, source, day.date() if day else MACHINE.today())
    with reported_errors():
        done = record(settings(), table, row, column, value=value, shown_by=shown_by)
    say(out, f"recorded: {row}, {column}: {done.change.published_as} becomes {done.change.corrected_to}")
    say(out, f"sealed seeds/{done.seed.name} and seeds/{done.corrections.name}")
    say(out, "Next: nhs-assets refresh")


def verify_claims(
    folder: Annotated[
        Path, typer.Argument(help="Folder with documents, named as in evidence.source.", exists=True, file_okay=False)
    ],
) -> None:
    """Verify every claim against its document: checksum, position, and the figure in the passage.

    The documents are not part of the project; those missing from the folder are listed as not held. For a claim
    without a figure (yes, no, nothing) the passage must contain a word that the measure lists. A plural such as
    "thousands" counts as two of them. Exits with 1 if any claim does not match.

    Example: [bold]nhs-assets verify-claims ~/documents[/bold]
    """
    from nhs_assets.ground.clock import MACHINE
    from nhs_assets.sources.documents import Status, verify
    from nhs_assets.sources.seed_files import find_seeds
    from nhs_assets.sources.seeds import read_context, read_seed

    with reported_errors():
        seeds = find_seeds(settings().seeds_dir)
        claim = next(seed for seed in seeds if seed.contract.name == "raw.claim")
        context = read_context(claim, seeds, MACHINE.today())
        tables = context.tables
        found = verify(folder, read_seed(claim, None, context), tables["raw.source"], tables["raw.measure"])
    verified = [
        (result.subject, result.source_id, result.how, result.expected, result.found)
        for result in found
        if result.status is Status.VERIFIED
    ]
    if verified:
        print_table(("claim", "document", "verified by", "expected", "found"), verified)
    absent = {result.source_id: result.how for result in found if result.status is Status.NOT_HELD}
    for source_id, why in absent.items():
        claims = [result.subject for result in found if result.source_id == source_id]
        say(out, f"not held: {source_id} ({why}): {', '.join(claims)}")
    mismatches = [result for result in found if result.status is Status.MISMATCH]
    for wrong in mismatches:
        place = f"{wrong.subject} in {wrong.source_id}, {wrong.how}"
        say(err, f"mismatch: {place}: expected {wrong.expected}; found {wrong.found}")
    counts = {status: sum(result.status is status for result in found) for status in Status}
    say(
        out,
        f"{counts[Status.VERIFIED]} claims verified, {counts[Status.MISMATCH]} mismatches, "
        f"{counts[Status.NOT_HELD]} claims in {len(absent)} documents not held",
    )
    if mismatches:
        raise typer.Exit(1)
