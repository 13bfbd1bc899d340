"""The command that writes the generated part of the documentation."""

from pathlib import Path
from typing import Annotated

import typer

from nhs_assets.cli.console import fail, out, say
from nhs_assets.settings import PROJECT_ROOT, settings


def docs(
    folder: Annotated[Path, typer.Argument(help="Folder to write to.", show_default="docs")] = PROJECT_ROOT / "docs",
) -> None:
    """Write the generated pages of the documentation and the charts.

    Run it after changing a contract, a parameter, a setting, a question or a chart. Answers and charts need published
    tables.

    Example: [bold]nhs-assets docs[/bold]
    """
    from nhs_assets.ground import files
    from nhs_assets.outputs.generated_docs import answers, charts, pages

    def write(generated: dict[str, str]) -> None:
        for name, content in generated.items():
            files.write_text(folder / name, content)
            say(out, f"wrote {folder / name}")

    write(pages())
    try:
        write(answers(settings().data_dir))
        write(charts(settings().data_dir))
    except LookupError as error:
        fail(f"{error}\nThe other pages are written; answers and charts need published tables.")
