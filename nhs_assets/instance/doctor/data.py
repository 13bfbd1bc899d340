"""The data folder and the seeds."""

import fcntl
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nhs_assets.instance.doctor.finding import Finding, look, ok, wrong
from nhs_assets.settings import Settings

WAITS = timedelta(hours=1)
"""A file that has waited longer will not be ingested without help."""

FRESH = timedelta(days=35)
"""Publishers publish monthly; an older snapshot has missed a month."""

REFRESH = "Run: nhs-assets refresh"


def seeds(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether every seed is present, readable and sealed."""
    from nhs_assets.ground import files
    from nhs_assets.ground.problems import BadInputError
    from nhs_assets.sources.parameters import read_parameters
    from nhs_assets.sources.scenarios import scenario_files
    from nhs_assets.sources.seed_files import find_seeds, read_origin

    try:
        found = find_seeds(settings.seeds_dir)
        read_parameters(settings.seeds_dir)
        scenario_files(settings.seeds_dir)
        unsealed = [seed.name for seed in found if files.sha256(seed.path) != read_origin(seed).sha256]
    except BadInputError as refused:
        first = refused.problems[0]
        more = f" and {len(refused.problems) - 1} more" if len(refused.problems) > 1 else ""
        yield wrong(f"{first}{more}", "Correct it; a refresh refuses it.")
        return
    if unsealed:
        yield wrong(
            f"changed but not sealed: {', '.join(unsealed)}",
            "Review git diff seeds; if the change is intended, run: nhs-assets seal seeds/" + unsealed[0],
        )
    else:
        yield ok(f"{len(found)} seeds are sealed")


def inbox(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether files wait in the inbox and ingested files are intact."""
    yield from _archive_problems(settings)
    waiting = sorted(path for path in settings.inbox.glob("*") if path.is_file() and not path.name.startswith("."))
    old = [path for path in waiting if now - _changed(path) > WAITS]
    if old:
        names = ", ".join(path.name for path in old[:5])
        yield look(
            f"{len(old)} files have waited for over an hour: {names}",
            "Ingest them: nhs-assets refresh. If one stays, nhs-assets inbox says what it lacks.",
        )
    else:
        yield ok(f"{len(waiting)} files waiting" if waiting else "empty")


def _archive_problems(settings: Settings) -> Iterator[Finding]:
    from nhs_assets.ground.problems import BadInputError
    from nhs_assets.sources.inbox.received_files import received_seeds
    from nhs_assets.sources.seeds import read_seed
    from nhs_assets.store.inbox import records

    for seed in received_seeds(settings.data_dir, records(settings.data_dir)):
        try:
            read_seed(seed)
        except BadInputError as damaged:
            sha256 = seed.path.parent.name
            yield wrong(
                f"an ingested file was modified, so the inbox is blocked: {damaged.problems[0]}",
                f'Run: nhs-assets inbox withdraw {sha256[:8]} "damaged", and drop it in again; the original is '
                f"named file in {settings.data_dir / 'quarantine' / 'inbox' / sha256[:2] / sha256}.",
            )


def working_tables(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the working tables, from which unchanged ones are reused, are complete and intact."""
    from nhs_assets.build.publish import TABLES_OF_PUBLICATION
    from nhs_assets.contracts.registry import contracts
    from nhs_assets.ground import files
    from nhs_assets.store.staging import Workspace

    workspace = Workspace(settings.data_dir, "doctor")
    wanted = {name: workspace.working_path(name) for name in contracts() if name not in TABLES_OF_PUBLICATION}
    missing = [name for name, path in wanted.items() if not path.exists()]
    damaged = [name for name, path in wanted.items() if path.exists() and not _is_as_recorded(path, files.sha256)]
    remedy = f"{REFRESH}. It rebuilds them."
    if missing and len(missing) == len(wanted):
        yield look("none built yet", remedy)
    elif missing:
        yield look(f"missing: {', '.join(missing[:5])}{' and more' if len(missing) > 5 else ''}", remedy)
    if damaged:
        yield look(f"modified since they were written: {', '.join(damaged[:5])}", remedy)
    if not missing and not damaged:
        yield ok(f"{len(wanted)} tables are complete and intact")


def snapshot(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the published version is intact, opens, and is recent."""
    from nhs_assets.store.snapshot import MANIFEST, current_version, is_whole, open_snapshot, version_folder

    link = settings.data_dir / "published" / "current"
    version = current_version(settings.data_dir)
    if version is None:
        said = "the link 'current' is broken" if link.is_symlink() else "nothing is published"
        yield wrong(said, REFRESH)
        return
    folder = version_folder(settings.data_dir, version)
    stray = [path.name for path in folder.glob("*.wal")]
    if stray or not is_whole(folder):
        by_whom = f": it was opened for writing, which left {', '.join(stray)}" if stray else ""
        yield wrong(
            f"version {version} is damaged or incomplete{by_whom}",
            f"{REFRESH}. It publishes it again. Open the published file read-only.",
        )
        return
    with open_snapshot(settings.data_dir) as connection:
        connection.execute("SELECT count(*) FROM audit.published_table").fetchall()
    published = datetime.fromisoformat(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["published_at"])
    said = f"version {version} is intact, published on {published:%Y-%m-%d}"
    if now - published > FRESH:
        yield look(said, "If there are newer figures, add them as docs/runbook.md says and refresh.")
    else:
        yield ok(said)


def past_days(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the files of past days belong to the published version and are intact."""
    from nhs_assets.store.as_of import is_current, is_set_whole, read_set, set_of
    from nhs_assets.store.snapshot import current_version, version_folder

    version = current_version(settings.data_dir)
    if version is None or not settings.as_of_files:
        yield ok("nothing published yet" if version is None else "switched off; built when asked")
        return
    folder = version_folder(settings.data_dir, version)
    found = set_of(folder)
    if found is None:
        yield look("none built yet, so a question about a past day takes a second or two", REFRESH)
    elif not is_set_whole(found):
        yield wrong("a file in published/as_of is damaged or missing", f"{REFRESH}. It builds it again.")
    elif not is_current(found, folder):
        yield look("published/as_of is still that of the version before", REFRESH)
    else:
        yield ok(f"{len(read_set(found)[1])} files are intact")


def lock(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the publication lock is held."""
    path = settings.data_dir / "published" / ".lock"
    if not path.exists():
        yield ok("nothing published yet")
        return
    with path.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holders = ", ".join(map(str, _holders(path))) or "unknown"
            yield look(
                f"held by process {holders}",
                "A publication takes seconds: check again. If it stays, examine that process and end it if it hangs.",
            )
            return
        fcntl.flock(file, fcntl.LOCK_UN)
    yield ok("free")


def _holders(path: Path) -> list[int]:
    """Process ids that hold a lock on a file, from /proc/locks where it exists."""
    listed = Path("/proc/locks")
    if not listed.exists():
        return []
    inode = path.stat().st_ino
    fields = [line.split() for line in listed.read_text(encoding="ascii").splitlines()]
    return sorted(
        {int(field[4]) for field in fields if field[1] == "FLOCK" and field[5].rpartition(":")[2] == str(inode)}
    )


def _is_as_recorded(path: Path, sha256: object) -> bool:
    record = path.with_suffix(".json")
    return record.exists() and json.loads(record.read_text(encoding="utf-8"))["sha256"] == sha256(path)


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
