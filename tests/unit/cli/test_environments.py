"""Environments and lists of files at the command line."""

import io
import json
import re
import sys
from pathlib import Path

import pytest

from reconciler.cli import main
from reconciler.cli.listing import EMPTY_LIST, NOTHING_LISTED, names_in
from tests.e2e.person import NOW, Person, Ran
from tests.unit.cli.conftest import Command

VALUES = """\
values:
  UNTIL: 2099-01-01T00:00:00Z
overlays:
  ClusterLink/east-to-west:
    spec: {suspend: {until: 2099-01-01T00:00:00Z, reason: freeze}}
"""
PARTIAL = "Partial: a selection leaves out a part of what is declared."


@pytest.fixture
def prod(home: Person) -> Person:
    """Somebody with an environment."""
    home.write("values/prod.yaml", VALUES)
    home.change("specs/mirrors.yaml", "until: 2099-01-01T00:00:00Z", "until: ${UNTIL}")
    return home


@pytest.mark.usefixtures("prod")
def test_a_variable_without_an_environment_says_what_to_give(command: Command) -> None:
    ran = command("validate")

    assert ran.code == 2
    assert "specs/mirrors.yaml:20:14: ClusterLink/east-to-west" in ran.err
    assert "`${UNTIL}` needs an environment; give --env NAME" in ran.err


@pytest.mark.usefixtures("prod")
def test_an_environment_is_given_by_option_or_variable(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_option = command("validate", "--env", "prod")
    monkeypatch.setenv("RECONCILER_ENV", "prod")
    by_variable = command("validate", "--format", "json")

    told = "Valid: 2 connections, 3 sources, 1 cluster link in 5 files, for prod.\n"
    assert by_option == Ran(0, told, "")
    assert by_variable.json["environment"] == "prod"
    assert by_variable.json["partial"] is False


@pytest.mark.usefixtures("prod")
def test_values_without_an_environment_say_too_little(command: Command) -> None:
    ran = command("validate", "--values", "values")

    assert ran.code == 2
    assert "say which one with --env" in ran.err


@pytest.mark.usefixtures("prod")
@pytest.mark.parametrize("name", ["plan", "drift", "status"])
def test_the_environment_stands_in_every_shape(name: str, command: Command) -> None:
    text = command(name, *NOW, "--env", "prod")
    page = command(name, *NOW, "--env", "prod", "--format", "markdown")
    data = command(name, *NOW, "--env", "prod", "--format", "json")

    assert text.out.startswith("Environment: prod\n\n")
    assert "\n\nEnvironment: `prod`\n" in page.out
    assert data.json["environment"] == "prod"


@pytest.mark.usefixtures("prod")
def test_the_command_to_copy_repeats_the_environment(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECONCILER_ENV", "prod")
    ran = command("plan", *NOW, "--values", "values")
    saved = command("plan", *NOW, "--out", "plan.json")

    assert "reconciler apply --env prod --values values --now" in ran.out
    assert "reconciler apply --plan plan.json --env prod --now" in saved.out


@pytest.mark.usefixtures("prod")
def test_an_apply_of_a_saved_plan_needs_its_environment(command: Command) -> None:
    command("plan", *NOW, "--env", "prod", "--out", "plan.json")
    ran = command("apply", *NOW, "--plan", "plan.json", "--auto-approve")

    assert ran.code == 2
    assert "needs an environment" in ran.err


def test_a_plan_of_another_environment_is_refused(home: Person, command: Command) -> None:
    """Although no document differs."""
    for name in ("prod", "staging"):
        home.write(f"values/{name}.yaml", "values: {}\n")
    command("plan", *NOW, "--env", "prod", "--out", "plan.json")
    apply = ("apply", *NOW, "--plan", "plan.json", "--auto-approve")
    other, none = command(*apply, "--env", "staging"), command(*apply)
    command("plan", *NOW, "--out", "plan.json")
    some = command(*apply, "--env", "prod")

    assert [ran.code for ran in (other, none, some)] == [2, 2, 2]
    made = "it was made for the environment prod, and these specs are read"
    assert f"{made} for staging; give --env prod, or plan again" in other.err
    assert f"{made} without --env; give --env prod, or plan again" in none.err
    assert (
        "it was made without --env, and these specs are read for prod; leave --env out" in some.err
    )


def test_show_prints_specs_with_their_places(prod: Person, command: Command) -> None:
    ran = command("show", "--env", "prod", "ClusterLink/east-to-west")

    assert ran.code == 0
    assert ran.out.startswith("# ClusterLink/east-to-west, specs/mirrors.yaml:")
    assert ran.out.partition("\n")[0].endswith(", overlaid by values/prod.yaml:4")
    assert "      until: 2099-01-01T00:00:00Z  # values/prod.yaml:2\n" in ran.out
    assert "    reason: freeze  # values/prod.yaml:5\n" in ran.out
    assert prod.requests() == []


@pytest.mark.usefixtures("prod")
def test_what_show_prints_is_valid_and_plans_the_same(home: Person, command: Command) -> None:
    before = command("plan", *NOW, "--env", "prod", "--format", "json").json
    home.write("again.yaml", command("show", "--env", "prod").out)
    after = command("plan", "again.yaml", *NOW, "--format", "json").json

    assert after["approval"] == before["approval"]


@pytest.mark.usefixtures("prod")
def test_show_as_data_has_values_and_places(command: Command) -> None:
    ran = command("show", "specs/", "--env", "prod", "--format", "json")

    assert ran.json["environment"] == "prod"
    documents = ran.json["documents"]
    assert isinstance(documents, list)
    found = {document["address"]: document for document in documents}
    assert len(found) == 6
    assert [row["path"] for row in found["ClusterLink/east-to-west"]["origins"]] == [
        "spec.mirrors[0].until",
        "spec.suspend.reason",
        "spec.suspend.until",
    ]
    assert found["Source/orders-postgres"]["origins"] == []
    assert [found[name]["overlay"] for name in sorted(found)[:2]] == [
        {"file": "values/prod.yaml", "line": 4, "column": 3},
        None,
    ]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("Source/orders-postgre", "did you mean Source/orders-postgres?"),
        ("Policy/nothing-like-it", "`reconciler show` prints them all"),
    ],
)
def test_show_knows_what_may_be_meant(word: str, hint: str, command: Command) -> None:
    ran = command("show", word)

    assert ran == Ran(2, "", f"Error: there is no {word} in the specs; {hint}\n")


def test_a_path_that_looks_like_an_address_is_a_path(home: Person, command: Command) -> None:
    home.write("Source/a.yaml", (home.folder / "specs/connections.yaml").read_text())

    assert "Connection/streamkap-demo, Source/a.yaml" in command("show", "Source/a.yaml").out


LISTS = [
    pytest.param("specs/orders.yaml\n", {"Source/orders-postgres"}, id="a-source"),
    pytest.param("specs/mirrors.yaml\nREADME.md\n", {"ClusterLink/east-to-west"}, id="a-link"),
    pytest.param(
        "specs/connections.yaml",
        {
            "ClusterLink/east-to-west",
            "Source/customers-mysql",
            "Source/inventory-postgres",
            "Source/orders-postgres",
        },
        id="connections",
    ),
    pytest.param("values/prod.yaml", {"ClusterLink/east-to-west"}, id="values"),
    pytest.param("policy.yaml", {"Source/orders-postgres"}, id="a-policy"),
    pytest.param("values/staging.yaml\nspecs/gone.yaml\n", set(), id="nothing"),
    pytest.param("", set(), id="empty"),
]
POLICY = """\
apiVersion: reconciler.dev/v1alpha1
kind: Policy
metadata: {name: orders}
spec: {selector: {labels: {team: orders}}, maxChanges: 20}
"""


@pytest.mark.parametrize(("listed", "expected"), LISTS)
def test_documents_of_listed_files_are_acted_on(
    listed: str, expected: set[str], prod: Person, command: Command
) -> None:
    prod.write("changed.txt", listed)
    prod.write("policy.yaml", POLICY)
    specs = ("specs", "policy.yaml", "--env", "prod")
    ran = command("status", *specs, *NOW, "--files-from", "changed.txt", "--format", "json")

    resources = ran.json["resources"]
    assert isinstance(resources, list)
    assert (ran.code, ran.json["partial"]) == (0, True)
    assert {"/".join(row["address"].split("/")[:2]) for row in resources} == expected
    told = NOTHING_LISTED if listed.strip("\n\0") else EMPTY_LIST
    assert ran.err == ("" if expected else f"{told}\n")


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("name", ["plan", "drift", "status"])
def test_nothing_left_is_said_and_is_no_failure(
    name: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b"README.md\n"))
    monkeypatch.setattr(sys, "stdin", stdin)
    ran = command(name, *NOW, "--files-from", "-")

    assert (ran.code, ran.err) == (0, f"{NOTHING_LISTED}\n")
    assert ran.out.startswith(PARTIAL)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(("name", "stream"), [("plan", 1), ("status", 1), ("validate", 0)])
def test_an_empty_list_is_told_from_files_without_documents(
    name: str, stream: int, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands before a pipe may have failed, and then nothing comes through it."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    ran = command(name, *NOW, "--files-from", "-")

    assert ran.code == 0
    assert (ran.out, ran.err)[stream] == f"{EMPTY_LIST}\n"


def test_an_apply_of_nothing_makes_no_ledger(home: Person, command: Command) -> None:
    home.write("changed.txt", "README.md\n")
    ran = command("apply", *NOW, "--files-from", "changed.txt", "--auto-approve")

    assert ran.code == 0
    assert NOTHING_LISTED in ran.err
    assert not (home.folder / ".reconciler/ledger.db").exists()


def test_a_partial_plan_says_so_and_repeats_the_list(home: Person, command: Command) -> None:
    home.write("changed.txt", "specs/mirrors.yaml\n")
    words = ("plan", *NOW, "--files-from", "changed.txt")
    text, page = command(*words), command(*words, "--format", "markdown")

    assert text.out.startswith(PARTIAL)
    assert PARTIAL in page.out
    assert "reconciler apply --files-from changed.txt --now" in text.out
    assert "Source/" not in text.out


@pytest.mark.parametrize("words", [("--select", "Source/*"), ("--label", "team=orders")])
def test_a_selection_narrows_a_list_further(
    words: tuple[str, ...], home: Person, command: Command
) -> None:
    home.write("changed.txt", "specs/mirrors.yaml\n")
    ran = command("status", *NOW, "--files-from", "changed.txt", *words)

    assert (ran.code, ran.err) == (0, f"{NOTHING_LISTED}\n")


def test_names_begin_at_the_top_of_the_checkout(
    prod: Person, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (prod.folder / ".git").mkdir()
    (prod.folder / "sub").mkdir()
    prod.write("changed.txt", "specs/orders.yaml\n")
    monkeypatch.chdir(prod.folder / "sub")
    code = main.run(["validate", "../specs", "--env", "prod", "--files-from", "../changed.txt"])

    told = "Valid: 0 connections, 1 source, 0 cluster links in the listed files; 5 files read"
    assert (code, capsys.readouterr().out) == (0, f"{told}, for prod.\n")


def test_validate_counts_what_is_listed_and_checks_everything(
    home: Person, command: Command
) -> None:
    home.write("changed.txt", "specs/orders.yaml\n")
    words = ("validate", "--files-from", "changed.txt")
    ran, data = command(*words), command(*words, "--format", "json")
    home.write("changed.txt", "README.md\n")
    nothing = command(*words)
    home.write("specs/wrong.yaml", "kind: Sorce\n")
    wrong = command(*words)

    told = "Valid: 0 connections, 1 source, 0 cluster links in the listed files; 5 files read.\n"
    assert ran == Ran(0, told, "")
    assert data.json["partial"] is True
    assert nothing == Ran(0, f"{NOTHING_LISTED}\n", "")
    assert wrong.code == 2


def test_some_things_take_no_list(home: Person, command: Command) -> None:
    home.write("changed.txt", "")
    listed = ("--files-from", "changed.txt")
    saved = command("apply", "--plan", "plan.json", *listed)
    news = command("drift", "--notify", "https://127.0.0.1/x", *listed)
    gone = command("plan", "--files-from", "gone.txt")

    assert [ran.code for ran in (saved, news, gone)] == [2, 2, 2]
    assert "--plan takes no --files-from" in saved.err
    assert "--notify takes no --select, --label and --files-from" in news.err
    assert "'gone.txt' cannot be read: No such file or directory" in gone.err


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ()),
        (b"a\nb c\n\n", ("a", "b c")),
        (b"a\r\nb\r\n", ("a", "b")),
        (b"a\0b\nc\0", ("a", "b\nc")),
        (b'"\\303\\251 \\"x\\" \\t\\\\"\n', ('é "x" \t\\',)),
        (b'"a\n', ('"a',)),
    ],
)
def test_names_are_read_as_git_writes_them(data: bytes, expected: tuple[str, ...]) -> None:
    assert names_in(data) == expected


def test_the_schema_of_values_is_the_committed_one(command: Command) -> None:
    root = Path(__file__).parents[3]
    for words, name in (
        ((), "values.schema.json"),
        (("--dialect", "2020-12"), "values.schema.2020-12.json"),
    ):
        kept = json.loads((root / "schemas" / name).read_text(encoding="utf-8"))
        assert command("schema", "values", *words).json == kept


def test_the_page_shows_what_is_printed(home: Person, command: Command) -> None:
    page = (Path(__file__).parents[3] / "docs/environments.md").read_text(encoding="utf-8")
    for block in re.findall(r"```yaml\n(# (\S+)\n.*?)```", page, re.DOTALL):
        home.write(f"page/{block[1]}", block[0])
    home.write(
        "page/specs/connections.yaml",
        (home.folder / "specs/connections.yaml").read_text().replace("streamkap-demo", "streamkap"),
    )
    (shown,) = re.findall(r"```console\n\$ reconciler (.*?)\n(.*?)```", page, re.DOTALL)
    ran = command(*shown[0].split(), "page/specs")

    assert (ran.code, ran.out.replace("page/", "")) == (0, shown[1])


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_what_is_no_values_file_is_not_offered_as_one(
    kind: str, command: Command, home: Person
) -> None:
    place = home.folder / "values/prod.yaml"
    place.parent.mkdir()
    if kind == "folder":
        place.mkdir()
    else:
        place.symlink_to("prod.yaml")
    ran = command("validate", "--env", "prod")

    assert (ran.code, ran.err) == (
        2,
        "Error: values/prod.yaml is no file that can be read; put a values file in its place\n",
    )
