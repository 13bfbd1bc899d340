"""Dagster's event log on SQLite with pooled connections.

Dagster opens and closes a connection for every event. Closing the last one makes SQLite checkpoint its write-ahead
log and wait for the disk: about 140 ms for an asset with two checks, 40 ms with pooled connections. The log without
a wait at each commit survives a killed process; a power cut may lose the last events of a run.
"""

import os
import shutil
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import dagster
from dagster import AssetKey, EventLogRecord
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from nhs_assets.ground import files
from nhs_assets.settings import settings

ENGINES_KEPT = 8
MATERIALISATIONS_KEPT = 256


class PooledEventLogStorage(SqliteEventLogStorage):
    """The event log of a Dagster instance; named in ``dagster.yaml``."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._present: set[tuple[str, str]] = set()
        self._batch = threading.local()
        self._materialisations: OrderedDict[tuple[str, str], EventLogRecord] = OrderedDict()
        super().__init__(*args, **kwargs)

    @classmethod
    def from_config_value(cls, inst_data: object, config_value: dict) -> "PooledEventLogStorage":
        """Builds the storage from ``dagster.yaml``, in the Dagster home.

        A bare ``dagster dev`` makes a temporary home and does not tell; the one in the settings is used then.
        """
        home = os.environ.get("DAGSTER_HOME") or settings().dagster_home
        base_dir = Path(home).resolve() / config_value["base_dir"]
        return cls(inst_data=inst_data, base_dir=str(base_dir))

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Stores all events or none, in one transaction per database."""
        with self._db_lock, ExitStack() as transactions:
            self._batch.transactions = transactions
            self._batch.connections = {}
            try:
                super().store_event_batch(events)
            finally:
                del self._batch.connections, self._batch.transactions

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        in_batch = getattr(self._batch, "connections", None)
        if in_batch is None:
            with self._db_lock, self._transaction(shard) as connection:
                yield connection
            return
        if shard not in in_batch:
            in_batch[shard] = self._batch.transactions.enter_context(self._transaction(shard))
        yield in_batch[shard]

    @contextmanager
    def _transaction(self, shard: str) -> Iterator[Connection]:
        engine = self._engine(shard)
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        with engine.connect() as connection, connection.begin():
            yield connection

    def _get_latest_materialization_records(
        self, raw_asset_rows: Iterable[Mapping[str, str]]
    ) -> Mapping[AssetKey, EventLogRecord | None]:
        """Deserialises each materialisation once: every step asks for those of all upstream assets."""
        rows = {AssetKey.from_db_string(row["asset_key"]): row for row in raw_asset_rows}
        stored = {key: (row["last_materialization"], row["asset_details"]) for key, row in rows.items()}
        found = {key: self._materialisations[text] for key, text in stored.items() if text in self._materialisations}
        unread = [row for key, row in rows.items() if key not in found]
        if unread:
            found |= super()._get_latest_materialization_records(unread)
        for key, text in stored.items():
            if found.get(key) is not None and text[0]:
                self._materialisations[text] = found[key]
        while len(self._materialisations) > MATERIALISATIONS_KEPT:
            self._materialisations.popitem(last=False)
        return found

    def has_table(self, table_name: str) -> bool:
        """Whether the index has the table."""
        return self._once(super().has_table, table_name)

    def has_secondary_index(self, name: str) -> bool:
        """Whether the secondary index has been built."""
        return self._once(super().has_secondary_index, name)

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        return self._once(partial(super()._has_asset_key_col_on_connection, conn), column_name)

    def _once(self, exists: Callable[[str], bool], name: str) -> bool:
        """Caches positive answers about the schema: what exists stays, what does not may still be created."""
        question = getattr(exists, "func", exists).__name__, name
        if question not in self._present and exists(name):
            self._present.add(question)
        return question in self._present

    def _initdb(self, engine: Engine, for_index_shard: bool = False) -> None:
        """Creates an empty database; for a run, by copying the one created for an earlier run."""
        database = Path(engine.url.database)
        template = database.with_name(f"empty_run_{dagster.__version__}.template")
        if for_index_shard or database.exists():
            super()._initdb(engine, for_index_shard)
        elif template.exists():
            with files.replacing(database) as temporary:
                shutil.copyfile(template, temporary)
        else:
            super()._initdb(engine)
            with files.replacing(template) as temporary, engine.connect() as connection:
                connection.exec_driver_sql("VACUUM INTO ?", (str(temporary),))

    def _engine(self, shard: str) -> Engine:
        """The engine of the index or of one run. Only the last few stay open: a server reads many runs."""
        if shard not in self._engines:
            self._engines[shard] = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool,
                pool_size=1,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            event.listen(self._engines[shard], "connect", _write_ahead)
            if len(self._engines) > ENGINES_KEPT:
                _, oldest = self._engines.popitem(last=False)
                oldest.dispose()
        self._engines.move_to_end(shard)
        return self._engines[shard]

    def delete_events(self, run_id: str) -> None:
        """Deletes a run's events and its database file, which Dagster itself only empties."""
        super().delete_events(run_id)
        with self._db_lock:
            engine = self._engines.pop(run_id, None)
            if engine is not None:
                engine.dispose()
            self._initialized_dbs.discard(run_id)
            database = Path(self.path_for_shard(run_id))
            for ending in ("", "-wal", "-shm"):
                database.with_name(database.name + ending).unlink(missing_ok=True)

    def dispose(self) -> None:
        """Closes the pooled connections."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


def _write_ahead(connection: sqlite3.Connection, _: object) -> None:
    # Set at every connection: a database copied from the template is not in WAL mode.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
