"""The record's disk is full, its database dies or is away: nothing half-written, and the next run goes on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, text

from models.database import open_record, upgrade
from models.errors import WarehouseError
from models.tables.operations import ops_entity_run, ops_run

Mirror = Any  # a fixture's class
InChild = Callable[[Callable[[], object]], int | None]
POSTGRES = Path("/usr/lib/postgresql/15/bin")


class Cluster:
    """A PostgreSQL server of the test's own, that may be crashed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        self.url = f"postgresql+psycopg://postgres@/postgres?host={folder}"
        self._run(
            "initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8"
        )

    def _run(self, program: str, *arguments: str) -> None:
        prefix: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            prefix = ["runuser", "-u", "postgres", "--"]
        subprocess.run(
            [*prefix, str(POSTGRES / program), *arguments],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip

    def start(self) -> None:
        options = (
            f"-c listen_addresses= -c shared_buffers=16MB -c unix_socket_directories={self.folder}"
        )
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", log, "-o", options, "start")

    def crash(self) -> None:
        """As after a power cut: no connection is ended in peace, nothing is flushed."""
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    if not (POSTGRES / "initdb").exists():
        pytest.skip("NOT TESTED ON POSTGRESQL: install postgresql-15.")
    folder = Path(tempfile.mkdtemp(prefix="oneview-pg-"))
    made = Cluster(folder)
    made.start()
    yield made
    if (made.data / "postmaster.pid").exists():
        made.crash()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.fault(3)
@pytest.mark.parametrize("record_url", ["sqlite"], indirect=True)  # the cluster's is the one tested
def test_a_database_that_crashes_in_mid_transaction_loses_that_chunk_alone(
    make_mirror: Callable[..., Mirror], undisturbed: Mirror, cluster: Cluster
) -> None:
    undisturbed.run()
    mirror = make_mirror(cluster.url)
    left = 12

    def crash(*_: object) -> None:
        nonlocal left
        left -= 1
        if not left:
            cluster.crash()

    event.listen(mirror.engine, "commit", crash)  # everything is written, nothing is committed
    with pytest.raises(WarehouseError, match="The record"):
        mirror.run()
    cluster.start()
    event.remove(mirror.engine, "commit", crash)
    kept = sum(len(mirror.rows(entity)) for entity in mirror.entities.values())
    with mirror.engine.begin() as connection:  # a minute later: nobody could let go of the lease
        connection.execute(text("UPDATE ops_lease SET expires_at = now()"))
    result = mirror.run()

    assert left <= 0
    assert 0 < kept < 500
    assert result.state == "succeeded", result.error
    assert mirror.state() == undisturbed.state()


@pytest.mark.fault(5)
@pytest.mark.parametrize("record_url", ["sqlite"], indirect=True)
def test_a_database_that_is_away_at_the_start_costs_no_request_and_says_why(
    make_mirror: Callable[..., Mirror], cluster: Cluster
) -> None:
    mirror = make_mirror(cluster.url)
    cluster.crash()

    with pytest.raises(WarehouseError, match="Check the free space and the database"):
        mirror.run()

    assert mirror.netsuite.pages == mirror.suiteprojects.pages == 0
    cluster.start()
    assert mirror.run().state == "succeeded"


def fill_the_disk(mirror: Mirror) -> Callable[[], None]:
    """Let the record grow a little more and no further; returns what makes room again."""
    if mirror.engine.dialect.name == "sqlite":
        with mirror.engine.connect() as connection:
            used = connection.exec_driver_sql("PRAGMA page_count").scalar()
        limit = f"PRAGMA max_page_count = {int(used or 0) + 4}"
        with_limit = lambda connection, _: connection.execute(limit)  # noqa: E731
        event.listen(mirror.engine, "connect", with_limit)
        mirror.engine.dispose()

        def make_room() -> None:
            event.remove(mirror.engine, "connect", with_limit)
            mirror.engine.dispose()

        return make_room
    with mirror.engine.begin() as connection:  # the server itself says so, in mid-transaction
        connection.execute(
            text(
                "CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE "
                "EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; "
                "END $$"
            )
        )
        for entity in mirror.entities.values():  # whichever of them the other run had come to
            connection.execute(
                text(
                    f"CREATE TRIGGER full_disk BEFORE INSERT ON {entity.table} FOR EACH STATEMENT "
                    "EXECUTE FUNCTION disk_is_full()"
                )
            )

    def make_room() -> None:
        with mirror.engine.begin() as connection:
            connection.execute(text("DROP FUNCTION disk_is_full CASCADE"))

    return make_room


@pytest.mark.fault(4)
def test_a_full_disk_leaves_nothing_half_written_and_the_run_goes_on_when_there_is_room(
    mirror: Mirror, undisturbed: Mirror
) -> None:
    undisturbed.run()
    stopped = mirror.run(must_stop=lambda: mirror.netsuite.pages >= 2)
    assert stopped.state == "interrupted"
    make_room = fill_the_disk(mirror)

    try:
        result = mirror.run()
        said = result.error
        assert result.state == "failed"
    except WarehouseError as error:  # not even the failure could be written down
        said = str(error)
    make_room()
    published = mirror.builds.calls
    again = mirror.run()

    assert "could not be written" in said
    assert "everything before it is kept" in said
    assert published == 0
    assert again.state == "succeeded", again.error
    assert mirror.state() == undisturbed.state()


@pytest.mark.fault(2)
def test_a_kill_between_commit_and_its_acknowledgement_counts_and_writes_nothing_twice(
    mirror: Mirror, undisturbed: Mirror, in_child: InChild
) -> None:
    undisturbed.run()

    def run_and_die() -> None:
        mirror.reopen()
        dialect = mirror.engine.dialect
        commit, left = dialect.do_commit, [12]

        def commit_and_die(connection: Any) -> None:
            commit(connection)
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        dialect.do_commit = commit_and_die
        mirror.run()

    code = in_child(run_and_die)
    result = mirror.run()

    assert code == -signal.SIGKILL
    assert result.state == "succeeded", result.error
    assert mirror.state() == undisturbed.state()
    assert counted(mirror) == counted(undisturbed)


def counted(mirror: Mirror) -> dict[str, int]:
    """How many rows all runs together say that they inserted, by entity."""
    found: dict[str, int] = {}
    with mirror.engine.connect() as connection:
        rows = connection.execute(select(ops_entity_run.c.entity, ops_entity_run.c.rows_inserted))
        for entity, inserted in rows:
            found[entity] = found.get(entity, 0) + inserted
    return found


@pytest.mark.fault(33)
def test_the_schema_is_not_changed_under_a_run_that_is_at_work(mirror: Mirror) -> None:
    refusals: list[str] = []

    def migrate_meanwhile() -> None:
        with mirror.engine.begin() as connection:
            newest = connection.scalar(text("SELECT version_num FROM alembic_version"))
            connection.execute(text("UPDATE alembic_version SET version_num = '0006'"))
        with pytest.raises(WarehouseError) as refused:
            upgrade(mirror.engine)
        refusals.append(str(refused.value))
        with mirror.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :n"), {"n": newest})

    mirror.builds.before = migrate_meanwhile

    assert mirror.run().state == "succeeded"
    assert "is at work" in refusals[0]
    upgrade(mirror.engine)


@pytest.mark.fault(33)
@pytest.mark.parametrize("version", ["0001", "9999"], ids=["older record", "older program"])
def test_a_program_of_another_version_than_the_record_s_refuses_to_start(
    record_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    from models.database import require_current

    engine = open_record(record_url)
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})

    with pytest.raises(WarehouseError, match="of another version"):
        require_current(engine)
    with engine.connect() as connection:
        assert connection.execute(select(ops_run)).all() == []
    engine.dispose()
