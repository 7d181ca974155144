"""`sandbox` in this process: its world, its runs, what it was asked, and a state that broke."""

from pathlib import Path

import pytest

from tests.e2e.person import NOW, Person, Ran
from tests.unit.cli.conftest import CUSTOMERS, Command


def test_the_world_can_be_printed_and_put_back(home: Person, command: Command) -> None:
    first = command("sandbox", "world")
    home.write("again.yaml", first.out)
    reset = command("sandbox", "reset", "again.yaml")
    sample = command("sandbox", "reset")

    assert (first.code, reset.code, sample.code) == (0, 0, 0)
    assert reset.out == sample.out == "The sandbox begins anew.\n"
    assert first.out.startswith("seed: 1\nspeed: 0.0\n")


def test_a_generated_world_comes_with_specs_that_fit(command: Command) -> None:
    sizes = ("--sources", "2", "--topics", "3", "--links", "1", "--mirrors", "4")
    made = command("sandbox", "world", *sizes, "--specs", "big")
    planned = command("plan", "big")

    told = "A new world with 2 sources and 1 cluster link; specs in big.\n"
    assert made == Ran(0, told, "")
    assert planned.code == 0


def test_a_world_may_be_generated_alone(command: Command) -> None:
    ran = command("sandbox", "world", "--links", "1")

    assert ran == Ran(0, "A new world with 0 sources and 1 cluster link.\n", "")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        pytest.param(
            ("world", "--specs", "big"),
            2,
            "Error: --specs fit a new world; add --sources or --links\n",
            id="specs-without-a-size",
        ),
        pytest.param(
            ("world", "--topics", "3"),
            2,
            "Error: --topics says how many topics each source has; add --sources\n",
            id="topics-of-no-source",
        ),
        pytest.param(
            ("world", "--sources", "1", "--mirrors", "3"),
            2,
            "Error: --mirrors says how many mirror topics each link has; add --links\n",
            id="mirrors-of-no-link",
        ),
        pytest.param(
            ("world", "--seed", "3"),
            2,
            "Error: --seed shapes a new world; add --sources or --links\n",
            id="a-seed-of-nothing",
        ),
        pytest.param(
            ("world", "--links", "1", "--endpoint", "sandbox"),
            2,
            "Error: --endpoint stands in the specs of a new world; add --specs\n",
            id="an-endpoint-of-no-specs",
        ),
        pytest.param(
            ("world", "--links", "1", "--specs", "new", "--endpoint", "foo"),
            2,
            "Error: --endpoint: expected an endpoint, got 'foo'; write `sandbox`, or scheme and "
            "lower-case host only, such as https://api.streamkap.com\n",
            id="an-endpoint-that-is-none",
        ),
        pytest.param(
            ("world", "--sources", "100000", "--topics", "6"),
            2,
            "Error: a generated world has at most 500,000 topics and mirrors, and this one would "
            "have 600,000; ask for fewer\n",
            id="too-large",
        ),
        pytest.param(
            ("world", "--sources", "1", "--specs", "specs"),
            2,
            "Error: specs is not an empty folder\n",
            id="specs-would-be-mixed",
        ),
        pytest.param(
            ("world", "--sources", "1", "--specs", "/proc/nowhere"),
            1,
            "Error: cannot write to /proc/nowhere: No such file or directory\n",
            id="specs-cannot-be-written",
        ),
        pytest.param(
            ("reset", "none.yaml"),
            2,
            "Error: none.yaml cannot be read: No such file or directory\n",
            id="no-world-file",
        ),
        pytest.param(
            ("reset", "specs/orders.yaml"),
            2,
            None,
            id="not-a-world",
        ),
    ],
)
def test_what_a_sandbox_cannot_do_is_told(
    words: tuple[str, ...], code: int, told: str | None, command: Command
) -> None:
    ran = command("sandbox", *words)

    assert (ran.code, ran.out) == (code, "")
    assert ran.err == told or (told is None and ran.err.startswith("Error: "))


def test_requests_and_runs_are_listed(command: Command) -> None:
    command("plan", *NOW, *CUSTOMERS)
    text = command("sandbox", "requests")
    report = command("sandbox", "requests", "--format", "json", "--clear")
    runs = command("sandbox", "runs")

    entries = report.json["requests"]
    assert isinstance(entries, list)
    lines = text.out.splitlines()
    assert text.err == f"{len(lines)} requests\n"
    assert [line.split()[2] for line in lines] == [entry["method"] for entry in entries]
    assert any("?" in line for line in lines)
    assert command("sandbox", "requests") == Ran(0, "", "0 requests\n")
    assert runs == Ran(
        0,
        "1 2025-05-11T10:00:05Z completed incremental orders-postgres: public.orders\n"
        "2 2025-05-30T10:00:05Z completed incremental orders-postgres: public.order_events\n",
        "2 runs\n",
    )


def test_runs_are_listed_for_programs(command: Command) -> None:
    runs = command("sandbox", "runs", "--format", "json").json["runs"]

    assert isinstance(runs, list)
    assert [run["topics"] for run in runs] == [["public.orders"], ["public.order_events"]]


def test_a_sandbox_that_is_no_folder_is_told(command: Command) -> None:
    Path("file").write_text("", encoding="utf-8")
    ran = command("sandbox", "runs", "--state-dir", "file/below")

    assert ran.code == 1
    assert ran.err.startswith("Error: the sandbox cannot use file/below/sandbox: ")


def test_a_state_that_cannot_be_read_is_reset_and_kept_aside(
    home: Person, command: Command
) -> None:
    state = home.folder / ".reconciler/sandbox/state.sqlite"
    state.write_text("no database " * 100, encoding="utf-8")
    refused = command("sandbox", "runs")
    ran = command("sandbox", "reset")

    aside = f"{state}.unreadable"
    assert (refused.code, refused.err.endswith("moves it aside and begins a new world\n")) == (
        1,
        True,
    )
    assert ran == Ran(
        0,
        "The sandbox begins anew.\n",
        f"The old state could not be read; it is kept as {aside}.\n",
    )
    assert Path(aside).read_text(encoding="utf-8") == "no database " * 100
    assert command("sandbox", "runs").code == 0


def test_a_state_that_cannot_be_moved_is_told(home: Person, command: Command) -> None:
    state = home.folder / ".reconciler/sandbox/state.sqlite"
    state.unlink()
    state.mkdir()
    (home.folder / ".reconciler/sandbox/state.sqlite.unreadable").write_text("old")
    ran = command("sandbox", "reset")

    assert (ran.code, ran.err) == (1, f"Error: {state} cannot be moved: Not a directory\n")
