"""`init`: the files of a project, and never anybody else's."""

import io
import re
import sys
from pathlib import Path

import pytest
import yaml

from reconciler.cli.packaged import template
from tests.unit.cli.conftest import Command

KAP = ("--streamkap", "kap-prod")
CON = ("--confluent", "con-prod", "--confluent-endpoint", "https://pkc-1.eu.confluent.cloud")


class Person(io.StringIO):
    """Somebody at a terminal, with answers."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command) -> Path:
    """An empty folder, where we are."""
    _ = command
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_project_for_both_vendors_is_valid_and_says_what_comes_next(
    command: Command, place: Path
) -> None:
    ran = command("init", *KAP, *CON)
    checked = command("validate", "specs", "examples")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "Made:\n"
        "  specs/connections.yaml\n"
        "  examples/sample.yaml\n"
        "  schemas/reconciler.schema.json\n"
        "  .gitignore\n"
        "\n"
        "Next:\n"
        "  export STREAMKAP_CLIENT_ID=… STREAMKAP_CLIENT_SECRET=…\n"
        "  export CONFLUENT_API_KEY=… CONFLUENT_API_SECRET=…\n"
        "  reconciler doctor --cluster lkc-…\n"
        "  reconciler dump --connection kap-prod --out specs/\n"
        "  reconciler dump --connection con-prod --cluster lkc-… --out specs/\n"
        "  reconciler plan\n"
    )
    assert checked.out == "Valid: 2 connections, 1 source, 1 cluster link in 2 files.\n"
    assert files(place) == [
        ".gitignore",
        "examples/sample.yaml",
        "schemas/reconciler.schema.json",
        "specs/connections.yaml",
    ]


def test_a_project_on_the_sandbox_runs_at_once(command: Command, place: Path) -> None:
    ran = command("init", "west", "--sandbox")
    planned = command("plan", "west/specs", "--state-dir", "west/.reconciler")

    assert ran.out.endswith("\nNext:\n  cd west\n  reconciler plan\n  reconciler apply\n")
    assert planned.code == 0
    assert (place / "west/.reconciler").is_dir()


@pytest.mark.parametrize(
    ("kind", "name"),
    [("github", ".github/workflows/reconciler.yml"), ("gitlab", ".gitlab-ci.yml")],
)
def test_ci_files_are_made_where_they_are_wanted(
    kind: str, name: str, command: Command, place: Path
) -> None:
    ran = command("init", *KAP, "--ci", kind)
    text = (place / name).read_text(encoding="utf-8")

    assert text == template(f"{kind}.yml")
    assert ran.out.endswith(f"\nThe head of {name} says what the pipeline needs.\n")


@pytest.mark.parametrize("kind", ["github", "gitlab"])
def test_a_template_is_yaml_that_validates_plans_and_applies(kind: str) -> None:
    text = template(f"{kind}.yml")

    assert isinstance(yaml.safe_load(text), dict)
    assert {"validate", "plan", "apply"} <= set(re.findall(r"\w+", text))


def test_connections_that_are_there_are_not_overwritten(command: Command, place: Path) -> None:
    (place / "specs").mkdir()
    (place / "specs/connections.yaml").write_text("mine")
    ran = command("init", *KAP)

    assert ran.code == 2
    assert "specs/connections.yaml is there already and is not overwritten" in ran.err
    assert files(place) == ["specs/connections.yaml"]


def test_other_files_that_are_there_are_kept(command: Command, place: Path) -> None:
    (place / ".gitignore").write_text("plan.json\n*.pyc\n")
    (place / "schemas").mkdir()
    (place / "schemas/reconciler.schema.json").write_text("mine")
    ran = command("init", *KAP)

    assert ran.code == 0
    assert "Kept as it is: schemas/reconciler.schema.json\n" in ran.out
    assert (
        "Kept as it is: .gitignore; add to it: .reconciler/ *.plan.json reconciler-plan/\n"
        in ran.out
    )
    assert (place / ".gitignore").read_text() == "plan.json\n*.pyc\n"


@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        pytest.param(".gitignore", "folder", ".gitignore is no file", id="a-folder-for-a-file"),
        pytest.param(".gitignore", "link", ".gitignore is no file", id="a-link-to-nowhere"),
        pytest.param(".reconciler", "file", ".reconciler is no folder", id="a-file-for-a-folder"),
        pytest.param(".reconciler", "link", ".reconciler is no folder", id="a-link-for-a-folder"),
    ],
)
def test_what_is_in_the_way_is_told_before_anything_is_made(
    name: str, kind: str, told: str, command: Command, place: Path
) -> None:
    thing = place / name
    match kind:
        case "folder":
            thing.mkdir()
        case "file":
            thing.touch()
        case _:
            thing.symlink_to("nowhere")
    ran = command("init", "--sandbox")

    assert (ran.code, told in ran.err) == (2, True)
    assert [path.name for path in place.iterdir()] == [name]


def test_the_way_to_an_odd_folder_can_be_pasted(command: Command, place: Path) -> None:
    assert place.is_dir()
    ran = command("init", "my specs; reboot", *KAP)

    assert "\n  cd 'my specs; reboot'\n" in ran.out


def test_a_gitignore_that_has_everything_lacks_nothing(command: Command, place: Path) -> None:
    command("init", "a", *KAP)
    (place / ".gitignore").write_bytes((place / "a/.gitignore").read_bytes())

    assert "Kept as it is: .gitignore\n" in command("init", *KAP).out


def test_a_person_at_a_terminal_is_asked(
    command: Command, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = ["y", "", "", "y", "west", "https://pkc-1.eu.confluent.cloud", "gitlab"]
    monkeypatch.setattr(sys, "stdin", Person("\n".join(answers) + "\n"))
    ran = command("init")
    written = (place / "specs/connections.yaml").read_text()

    assert ran.code == 0
    assert "name: streamkap-prod\n" in written
    assert "endpoint: https://api.streamkap.com\n" in written
    assert "name: west\n" in written
    assert (place / ".gitlab-ci.yml").is_file()


def test_a_slip_of_a_person_is_asked_again(
    command: Command, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that no spec may hold says why, and costs no answer before it."""
    kap = ["y", "Not A Name", "kap", "https://evil.test", ""]
    con = ["y", "", "pkc-1.eu.confluent.cloud", "https://pkc-1.eu.confluent.cloud"]
    monkeypatch.setattr(sys, "stdin", Person("\n".join([*kap, *con, ""]) + "\n"))
    ran = command("init")
    written = (place / "specs/connections.yaml").read_text()

    assert ran.code == 0
    assert "'Not A Name' is no name; write one like streamkap-prod" in ran.err
    assert "no credential may go to the host" in ran.err
    assert "destination cluster (https://pkc-*.confluent.cloud): " in ran.err
    assert "name: kap\n" in written
    assert "endpoint: https://pkc-1.eu.confluent.cloud\n" in written


def test_who_wants_nothing_gets_nothing(
    command: Command, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Person("n\nn\n"))
    ran = command("init")

    assert ran.code == 2
    assert "nothing to connect to" in ran.err
    assert files(place) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "which vendors? say --streamkap NAME"),
        (("--sandbox", *KAP), "--sandbox and --streamkap exclude each other"),
        (("--streamkap", "Not A Name"), "'Not A Name' is no name; write one like streamkap-prod"),
        (("--confluent", "west"), "--confluent-endpoint is missing"),
        (("--confluent-endpoint", "https://x"), "--confluent-endpoint needs --confluent NAME"),
        ((*KAP, "--streamkap-endpoint", "https://evil.test"), "no credential may go to the host"),
        (("--sandbox", "--streamkap-endpoint", "https://x"), "needs --streamkap NAME"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    words: tuple[str, ...], told: str, command: Command, place: Path
) -> None:
    ran = command("init", *words)

    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert files(place) == []
