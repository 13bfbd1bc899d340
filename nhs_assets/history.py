"""Dagster's run history on SQLite, with connections that are kept open.

Dagster opens and closes a connection for every event it stores. Closing the last one makes SQLite fold its
write-ahead log back into the file and wait for the disk, which costs more than most of our tables: about 140 ms an
asset with two checks, 40 ms with the connections kept. The write-ahead log without a wait at each commit survives a
killed process; a power cut may lose the last events of a run, never the history before it.
"""

import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

ENGINES_KEPT = 8


class PooledEventLogStorage(SqliteEventLogStorage):
    """The event log of a Dagster instance; named in ``dagster.yaml``."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._tables_seen: set[str] = set()
        super().__init__(*args, **kwargs)

    @classmethod
    def from_config_value(cls, inst_data: object, config_value: dict) -> "PooledEventLogStorage":
        """Called by Dagster with the configuration in ``dagster.yaml``; the folder stands in ``DAGSTER_HOME``."""
        base_dir = Path(os.environ["DAGSTER_HOME"]) / config_value["base_dir"]
        return cls(inst_data=inst_data, base_dir=str(base_dir))

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def has_table(self, table_name: str) -> bool:
        """Whether the index has the table. Asked several times an event; a table that is there stays."""
        if table_name not in self._tables_seen and super().has_table(table_name):
            self._tables_seen.add(table_name)
        return table_name in self._tables_seen

    def _engine(self, shard: str) -> Engine:
        """The engine of one database: the index or one run. Few stay open, since a server looks at many runs."""
        if shard not in self._engines:
            self._engines[shard] = self._new_engine(shard)
            if len(self._engines) > ENGINES_KEPT:
                _, oldest = self._engines.popitem(last=False)
                oldest.dispose()
        self._engines.move_to_end(shard)
        return self._engines[shard]

    def _new_engine(self, shard: str) -> Engine:
        engine = create_engine(
            self.conn_string_for_shard(shard),
            poolclass=QueuePool,
            pool_size=1,
            connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        )
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = NORMAL"))
        return engine

    def dispose(self) -> None:
        """Closes what was kept open."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()
