"""What a person may get wrong around the specs, each told in a sentence; in-process ones elsewhere."""

import socket
from pathlib import Path

from tests.e2e.person import Person, Ran


def test_a_folder_without_specs(tmp_path: Path) -> None:
    ran = Person(tmp_path).run("plan")

    told = "there is no folder specs here; `reconciler init` makes one, or name the path of yours"
    assert ran == Ran(2, "", f"Error: {told}\n")


def test_an_unknown_option_is_told_with_the_usage(tmp_path: Path) -> None:
    ran = Person(tmp_path).run("plan", "--selekt", "x")

    assert (ran.code, ran.out) == (2, "")
    assert "No such option '--selekt'" in ran.err.replace(":", "").replace("  ", " ")


def test_state_that_is_not_the_sandboxes_is_left_as_it_is(person: Person) -> None:
    path = person.folder / ".reconciler/sandbox/state.sqlite"
    path.write_text("something else entirely\n" * 100, encoding="utf-8")
    ran = person.run("plan")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        f"Error: {path} cannot be read as a state of the sandbox "
        "(file is not a database); `reconciler sandbox reset` moves it aside and begins a new world\n"
    )
    assert path.read_text(encoding="utf-8").startswith("something else entirely\n")


def test_a_folder_that_cannot_be_written_to(person: Person) -> None:
    specs = str(person.folder / "specs")
    ran = Person(Path("/proc")).run("plan", specs)

    assert ran == Ran(
        1,
        "",
        "Error: the sandbox cannot use /proc/.reconciler/sandbox: No such file or directory\n",
    )


def test_a_port_that_is_taken(person: Person) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = person.run("sandbox", "serve", "--port", str(port))

    assert ran == Ran(2, "", f"Error: cannot listen on 127.0.0.1:{port}: Address already in use\n")
