"""Commands for published versions: list and roll back."""

from typing import Annotated

import typer

from nhs_assets.cli.console import Format, RowsFormat, err, fail, out, say, write_frame
from nhs_assets.settings import settings


def snapshots(
    output: RowsFormat = Format.TABLE,
) -> None:
    """List the published versions, newest first, and whether each is intact by its checksums.

    Example: [bold]nhs-assets snapshots[/bold]
    """
    import polars as pl

    from nhs_assets.store.rollback import version_infos

    rows = [
        {
            "number": int(info.version.partition("-")[0]),
            "version": info.version,
            "published_at": info.published_at,
            "tables": info.tables,
            "rows": info.rows,
            "megabytes": round(info.size / 1_000_000, 1),
            "state": ("intact" if info.is_whole else "damaged") + (", current" if info.is_current else ""),
            "run_id": info.run_id,
        }
        for info in version_infos(settings().data_dir)
    ]
    if not rows:
        fail(f"nothing is published in {settings().data_dir} yet. Publish first: nhs-assets refresh")
    write_frame(pl.DataFrame(rows, infer_schema_length=None), output, limit=len(rows))


def rollback(wanted: Annotated[str, typer.Argument(help="A published version or its number.")]) -> None:
    """Make an earlier published version current, in one step. Nothing is built or deleted.

    Later versions are kept but withheld: a refresh publishes again once its tables differ from theirs.

    Example: [bold]nhs-assets rollback 3[/bold]
    """
    from nhs_assets.ground.clock import MACHINE
    from nhs_assets.store.rollback import RollbackError, roll_back

    try:
        done = roll_back(settings().data_dir, wanted, MACHINE, lambda line: say(err, line))
    except RollbackError as refused:
        fail(str(refused))
    except OSError as error:
        fail(f"{error}\nNothing was changed.")
    if done.current == done.before:
        say(out, f"Version {done.current} is already current.")
    else:
        say(out, f"Version {done.current} is now current, in place of {done.before or 'none'}.")
    if done.withheld:
        say(
            out,
            f"Withheld: {', '.join(done.withheld)}. A refresh on unchanged inputs publishes nothing; once an input or "
            "the code changes, the next refresh publishes the result.",
        )
        say(out, f"To go forward again: nhs-assets rollback {done.withheld[-1]}")
