"""Commands that explain: where a figure comes from, and why conclusions changed."""

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from nhs_assets.cli.console import Format, err, fail, json_rows, out, say
from nhs_assets.cli.query import AsOf
from nhs_assets.settings import settings

if TYPE_CHECKING:
    import polars as pl

    from nhs_assets.outputs.card_text import Card


class CardFormat(StrEnum):
    """Output formats of a card."""

    TEXT = "text"
    JSON = "json"
    JSON_LD = "json-ld"
    HTML = "html"


def explain(
    figure: Annotated[str, typer.Argument(help="A figure, a claim such as C043, or a table to list its figures.")],
    output: Annotated[CardFormat, typer.Option("--format", "-f", help="How to write the card.")] = CardFormat.TEXT,
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
    import duckdb

    from nhs_assets.build.rebuild import RebuildError
    from nhs_assets.outputs.as_of import find_past
    from nhs_assets.outputs.explain import explain as explained

    try:
        past = find_past(settings(), as_of.date()) if as_of else None
        found = explained(settings().data_dir, figure, limit, past)
    except (LookupError, RebuildError, duckdb.Error) as error:
        fail(str(error))
    if isinstance(found, list):
        from nhs_assets.outputs.figure_card import plain

        if output is CardFormat.TEXT:
            for row in found:
                say(out, f"{row['figure']}  {plain(row['value'])} {row['unit']}")
            err.print(f"{len(found)} figures; --limit shows more", style="dim", highlight=False)
        else:
            fail("this is not a single figure; run it without --format to list the figures and choose one")
        return
    if output is CardFormat.TEXT:
        _print_card(found)
    elif output is CardFormat.HTML:
        from nhs_assets.outputs.card_page import card_page

        sys.stdout.write(card_page(found))
    else:
        from nhs_assets.outputs.card_json_ld import json_ld
        from nhs_assets.outputs.card_text import as_data

        data = json_ld(found) if output is CardFormat.JSON_LD else as_data(found)
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def diff(
    old: Annotated[
        str | None, typer.Argument(help="A published version, a vintage or a day; else the version before.")
    ] = None,
    new: Annotated[str | None, typer.Argument(help="The same; else the version that is shown.")] = None,
    output: Annotated[Format, typer.Option("--format", "-f", help="CSV and JSON hold every figure.")] = Format.TABLE,
) -> None:
    """Show which conclusions changed between two versions or vintages, what explains it, and every revision.

    A version is named as in data/published/versions, or by its number. A vintage or a day stands for what today's code
    and parameters conclude from the plans, deflators and claims known by then.

    Examples:

    [bold]nhs-assets diff[/bold]

    [bold]nhs-assets diff 1 3[/bold]

    [bold]nhs-assets diff sr_2025_06 obr_2026_03[/bold]
    """
    import duckdb

    from nhs_assets.build.rebuild import RebuildError
    from nhs_assets.outputs.diff import UnknownStateError, as_lines
    from nhs_assets.outputs.diff import diff as compared

    steps = _Steps()
    try:
        with err.status("comparing") as status:
            steps.show = status.update
            found = compared(settings(), old, new, steps)
    except (UnknownStateError, RebuildError, LookupError, duckdb.Error) as error:
        fail(str(error))
    if output is Format.CSV:
        sys.stdout.write(found.revisions.write_csv())
    elif output is Format.JSON:
        sys.stdout.write(_as_json(old=found.old, new=found.new, conclusions=found.moves, revisions=found.revisions))
    else:
        for line in as_lines(found):
            say(out, line)


class _Steps:
    """Shows the current step of long work."""

    def __init__(self) -> None:
        self.count = 0
        self.show = print

    def __call__(self, what: str) -> None:
        self.count += 1
        self.show(f"{what} (step {self.count})")


def _print_card(card: "Card") -> None:
    from nhs_assets.outputs.card_text import sections, title_of

    say(out, title_of(card))
    for section in sections(card):
        out.print(f"\n[bold]{escape(section.title)}[/bold]")
        for line in section.lines:
            say(out, line)
        if section.rows:
            shown = Table(*(Column(name, overflow="fold") for name in section.header))
            for row in section.rows:
                shown.add_row(*map(escape, row))
            out.print(shown)


def _as_json(*, old: str, new: str, conclusions: "pl.DataFrame", revisions: "pl.DataFrame") -> str:
    parts = {"from": json.dumps(old), "to": json.dumps(new)}
    parts |= {"conclusions": json_rows(conclusions), "revisions": json_rows(revisions)}
    return "{" + ", ".join(f'"{name}": {text}' for name, text in parts.items()) + "}\n"
