"""Commands that explain: where a figure comes from, and why conclusions changed."""

import itertools
import json
import sys
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer
from rich.markup import escape

from nhs_assets.cli.console import Format, err, fail, out, print_table, reported_errors, say, write_json
from nhs_assets.cli.query import AsOf, past_of
from nhs_assets.settings import settings


class CardFormat(StrEnum):
    """Output formats of a card."""

    TEXT = "text"
    JSON = "json"
    JSON_LD = "json-ld"
    HTML = "html"


def explain(
    figure: Annotated[str, typer.Argument(help="A figure, a claim such as C043, or a table to list its figures.")],
    output: Annotated[
        CardFormat, typer.Option("--format", "-f", help="How to write the card; --json for short.")
    ] = CardFormat.TEXT,
    limit: Annotated[int, typer.Option(help="Figures listed of a table.", min=1)] = 50,
    as_of: AsOf = None,
) -> None:
    """Show where a figure comes from: formula, inputs down to the seeds, documents, claims, checks, and how sure it is.

    A figure is table/key/column. A table, or the beginning of a figure, lists those there are. A claim is a review.

    Examples:

    [bold]nhs-assets explain overspend.funding_gap[/bold]

    [bold]nhs-assets explain overspend.funding_gap/official_cost_against_reprofile/gap_low_gbp_m[/bold]

    [bold]nhs-assets explain C043 -f json-ld[/bold]
    """
    from nhs_assets.ground.reading import plain
    from nhs_assets.outputs.cards import json_value, sections, title_of
    from nhs_assets.outputs.explain import explain as explained

    with reported_errors():
        found = explained(settings().data_dir, figure, limit, past_of(as_of))
    if isinstance(found, list):
        if output is not CardFormat.TEXT:
            fail("this is not a single figure; run it without --format to list the figures and choose one")
        for row in found:
            say(out, f"{row['figure']}  {plain(row['value'])} {row['unit']}")
        err.print(f"{len(found)} figures; --limit shows more", style="dim", highlight=False)
    elif output is not CardFormat.TEXT:
        from nhs_assets.outputs.card_json_ld import card_page, json_ld

        if output is CardFormat.HTML:
            sys.stdout.write(card_page(found))
        else:
            data = json_ld(found) if output is CardFormat.JSON_LD else asdict(found)
            sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=json_value) + "\n")
    else:
        say(out, title_of(found))
        for section in sections(found):
            out.print(f"\n[bold]{escape(section.title)}[/bold]")
            for line in section.lines:
                say(out, line)
            if section.rows:
                print_table(section.header, section.rows)


def diff(
    old: Annotated[
        str | None, typer.Argument(help="A published version, a vintage or a day; else the version before.")
    ] = None,
    new: Annotated[str | None, typer.Argument(help="The same; else the current version.")] = None,
    output: Annotated[
        Format, typer.Option("--format", "-f", help="CSV and JSON hold every figure; --json for short.")
    ] = Format.TABLE,
) -> None:
    """Show which conclusions changed between two versions or vintages, what explains it, and every revision.

    A version is named as in data/published/versions, or by its number. A vintage or a day means what today's code
    and parameters conclude from the plans, deflators and claims known by then.

    Examples:

    [bold]nhs-assets diff[/bold]

    [bold]nhs-assets diff 1 3[/bold]

    [bold]nhs-assets diff sr_2025_06 obr_2026_03[/bold]
    """
    from nhs_assets.outputs.diff import as_lines
    from nhs_assets.outputs.diff import diff as compared

    steps = itertools.count(1)
    with reported_errors(), err.status("comparing") as status:
        found = compared(settings(), old, new, lambda step: status.update(f"{step} (step {next(steps)})"))
    if output is Format.CSV:
        sys.stdout.write(found.revisions.write_csv())
    elif output is Format.JSON:
        ends = {"from": found.old, "to": found.new}
        write_json(**ends, conclusions=found.moves, revisions=found.revisions)
    else:
        for line in as_lines(found):
            say(out, line)
