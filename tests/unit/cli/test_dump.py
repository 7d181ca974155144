"""`dump`: what it writes, and what it refuses to replace."""

from pathlib import Path

import pytest

from reconciler.cli import files
from reconciler.errors import UsageError
from tests.e2e.person import Person
from tests.unit.cli.conftest import Command

CONNECTIONS = "specs/connections.yaml"
KAP = ("dump", CONNECTIONS, "--connection", "streamkap-demo")
CON = ("dump", CONNECTIONS, "--connection", "confluent-demo", "--cluster", "lkc-abc123")
OUT = ("--out", "found")
SOURCES = "found/streamkap-demo-sources.yaml"


def test_without_a_folder_it_is_printed(command: Command) -> None:
    ran = command(*KAP)

    assert ran.code == 0
    assert ran.out.startswith("# yaml-language-server: $schema=../schemas/reconciler.schema.json\n")
    assert ran.out.count("\nkind: Source\n") == 3
    assert ran.out.count("state: unmanaged") == 3


def test_snapshots_that_completed_are_wanted_where_that_is_asked_for(command: Command) -> None:
    ran = command(*KAP, "--snapshots", "completed")

    assert "      state: completed\n      since: 2" in ran.out


def test_a_rehearsal_at_another_time_asks_for_nothing_that_is_later(command: Command) -> None:
    ran = command(*KAP, "--snapshots", "completed", "--now", "2001-01-01T00:00:00Z")

    assert "      since: 2000-12-31T23:58:00Z" in ran.out


def test_files_are_told_and_a_plan_with_them_changes_nothing(command: Command) -> None:
    first = command(*KAP, "--snapshots", "completed", *OUT)
    second = command(*CON, *OUT)
    planned = command("plan", CONNECTIONS, "found", "--detailed-exitcode")

    assert first.out == (
        f"{SOURCES}: 3 documents\nTo see that nothing would change: reconciler plan\n"
    )
    assert second.out.startswith("found/confluent-demo-lkc-abc123.yaml: 1 document\n")
    assert (planned.code, planned.err) == (0, "")


def test_a_file_that_is_there_is_not_replaced(command: Command, home: Person) -> None:
    home.write(SOURCES, "mine")
    ran = command(*KAP, *OUT)

    assert (ran.code, ran.err) == (
        2,
        f"Error: {SOURCES}: is there already; --force replaces it\n",
    )
    assert (home.folder / SOURCES).read_text() == "mine"


def test_a_file_that_is_there_is_replaced_where_that_is_wanted(
    command: Command, home: Person
) -> None:
    home.write(SOURCES, "mine")
    ran = command(*KAP, *OUT, "--force")

    assert ran.code == 0
    assert "mine" not in (home.folder / SOURCES).read_text()


def test_a_second_dump_gives_the_same_bytes(command: Command, home: Person) -> None:
    command(*KAP, *OUT)
    before = (home.folder / SOURCES).read_bytes()
    again = command("dump", CONNECTIONS, "found", "--connection", "streamkap-demo", *OUT, "--force")

    assert again.out.startswith(f"{SOURCES}: 3 documents\n")
    assert (home.folder / SOURCES).read_bytes() == before


def test_what_documents_speak_of_is_left_out(command: Command, home: Person) -> None:
    (home.folder / "specs/inventory.yaml").unlink()
    ran = command("dump", "--connection", "streamkap-demo")

    assert ran.out.count("\nkind: Source\n") == 1
    assert "  source: inventory-postgres\n" in ran.out
    assert ran.err.endswith("Note: left out: 2 that documents speak of already\n")


def test_where_everything_is_declared_there_is_nothing_to_write(
    command: Command, home: Person
) -> None:
    printed = command("dump", "--connection", "streamkap-demo")
    written = command("dump", "--connection", "streamkap-demo", *OUT)

    assert (printed.code, printed.out) == (0, "")
    assert printed.err.endswith("Nothing to write down.\n")
    assert (written.code, written.out) == (0, "Nothing to write down.\n")
    assert not (home.folder / "found").exists()


def test_what_an_earlier_dump_left_would_be_declared_twice(command: Command, home: Person) -> None:
    command(*KAP, *OUT)
    (home.folder / SOURCES).rename(home.folder / "found/streamkap-demo-sources-2.yaml")
    ran = command("dump", CONNECTIONS, "found", "--connection", "streamkap-demo", *OUT, "--force")

    assert ran.code == 2
    assert "found/streamkap-demo-sources-2.yaml is left of an earlier dump" in ran.err
    assert not (home.folder / SOURCES).exists()


def test_files_of_other_clusters_are_left_in_peace(command: Command, home: Person) -> None:
    command(*CON, *OUT)
    path = home.folder / "found/confluent-demo-lkc-abc123.yaml"
    other = path.read_text().replace("lkc-abc123", "lkc-other").replace("name: ", "name: o-")
    home.write("found/confluent-demo-lkc-other.yaml", other)
    words = ("dump", CONNECTIONS, "found", *CON[2:], *OUT, "--force")

    assert command(*words).code == 0


def test_clusters_of_the_specs_need_not_be_said(command: Command, home: Person) -> None:
    home.change("specs/mirrors.yaml", "link: east-to-west", "link: another")
    ran = command("dump", "--connection", "confluent-demo")

    assert ran.code == 0
    assert "link: east-to-west\n" in ran.out
    assert "  name: lkc-abc123-east-to-west\n" in ran.out


def test_what_could_not_be_observed_is_unmanaged_and_an_error(command: Command) -> None:
    ran = command(*CON, "--cluster", "lkc-gone")

    assert ran.code == 1
    assert "Warning: not observed, and so unmanaged: confluent-demo: GET " in ran.err
    assert ran.out.count("\nkind: ClusterLink\n") == 1


def test_a_connection_that_answers_nothing_is_an_error(command: Command, home: Person) -> None:
    auth = "auth: {clientId: {env: UNSET_A}, clientSecret: {env: UNSET_B}}"
    home.change(CONNECTIONS, "endpoint: sandbox", f"endpoint: sandbox\n  {auth}")
    home.write(CONNECTIONS, (home.folder / CONNECTIONS).read_text().split("---\n")[1])
    ran = command("dump", CONNECTIONS)

    assert ran.code == 1
    assert "environment variables UNSET_A and UNSET_B are not set" in ran.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param((*KAP, "--force"), "--force replaces files, and none are written", id="force"),
        pytest.param(("dump",), "there are several connections", id="several"),
        pytest.param(
            ("dump", "--connection", "streamkap-dmo"), "did you mean streamkap-demo?", id="near"
        ),
        pytest.param(
            ("dump", "--connection", "x"), "there are confluent-demo, streamkap-demo", id="unknown"
        ),
        pytest.param(
            ("dump", CONNECTIONS, "--connection", "confluent-demo"),
            "say --cluster lkc-abc123, once for each",
            id="no-cluster",
        ),
        pytest.param(
            (*CON, "--snapshots", "completed"), "--snapshots is for Streamkap", id="snapshots"
        ),
        pytest.param((*KAP, "--cluster", "lkc-1"), "--cluster is for connections", id="cluster"),
        pytest.param((*KAP, "--cluster", "l k"), "'l k' is no cluster id", id="bad-cluster"),
        pytest.param(("dump", "nowhere"), "nowhere", id="no-path"),
        pytest.param((*KAP, "--out", CONNECTIONS), "is a file", id="out-is-a-file"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    words: tuple[str, ...], told: str, command: Command
) -> None:
    ran = command(*words)

    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_specs_without_a_connection_lead_to_init(command: Command, home: Person) -> None:
    home.write("empty/policy.yaml", POLICY)
    ran = command("dump", "empty")

    assert ran.code == 2
    assert "`reconciler init` makes a project with one" in ran.err


POLICY = """\
apiVersion: reconciler.dev/v1alpha1
kind: Policy
metadata: {name: p}
spec: {maxChanges: 1}
"""


def test_the_schema_is_looked_for_upwards(command: Command, home: Person) -> None:
    home.write("schemas/reconciler.schema.json", "{}")
    command(*KAP, "--out", "specs/teams/a")
    text = (home.folder / "specs/teams/a/streamkap-demo-sources.yaml").read_text()

    assert text.startswith(
        "# yaml-language-server: $schema=../../../schemas/reconciler.schema.json"
    )


def test_no_file_appears_where_one_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    wanted = {tmp_path / "a": "1", tmp_path / "file/b": "2"}
    with pytest.raises(UsageError, match="file/b cannot be written"):
        files.write_all(wanted)

    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_in_the_place_of_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(UsageError, match="a cannot be written"):
        files.write_all({tmp_path / "a": "1"})

    assert [path.name for path in tmp_path.iterdir()] == ["a"]
