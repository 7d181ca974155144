"""At a terminal: colours, the question, and Ctrl-C."""

import re
from pathlib import Path

from tests.e2e.person import Person
from tests.e2e.terminal import Terminal

MIRRORS = ("--select", "ClusterLink/east-to-west")
SAMPLE = Path(__file__).parents[2] / "reconciler/sandbox/sample.yaml"
QUESTION = "Carry out 2 calls? [y/N]: "


def test_yes_carries_the_plan_out(person: Person) -> None:
    with Terminal(person, "apply", *MIRRORS) as terminal:
        terminal.expect(QUESTION)
        terminal.press("y\n")
        code = terminal.end()

    question = terminal.seen.index(QUESTION)
    assert code == 0
    assert "\x1b[33m‖ pause" in terminal.seen[:question]
    assert terminal.seen[question : question + len(QUESTION) + 3] == f"{QUESTION}y\r\n"
    assert "\x1b[1mApply: 4 settled" in terminal.seen[question:]


def test_no_leaves_everything_as_it_is(person: Person) -> None:
    person.environment["NO_COLOR"] = "1"
    with Terminal(person, "apply", *MIRRORS) as terminal:
        terminal.expect(QUESTION)
        terminal.press("n\n")
        code = terminal.end()

    assert code == 2
    assert terminal.seen.endswith(f"{QUESTION}n\r\n\r\nNot approved; nothing was done.\r\n")
    assert "\x1b[33m" not in terminal.seen
    assert not [entry for entry in person.requests() if entry["method"] != "GET"]


def test_ctrl_c_at_the_question_is_a_no(person: Person) -> None:
    with Terminal(person, "apply", *MIRRORS, "--no-color") as terminal:
        terminal.expect(QUESTION)
        terminal.expect_silence()
        terminal.press("\x03")
        code = terminal.end()

    assert code == 2
    assert terminal.seen.endswith("Not approved; nothing was done.\r\n")
    assert not [entry for entry in person.requests() if entry["method"] != "GET"]


def test_a_redirected_result_goes_to_its_file_and_progress_to_the_terminal(
    person: Person,
) -> None:
    out = person.folder / "out.txt"
    with Terminal(person, "apply", *MIRRORS, "--auto-approve", out=out) as terminal:
        code = terminal.end()

    told = out.read_text(encoding="utf-8")
    assert code == 0
    assert told.startswith("Partial: a selection leaves out a part of what is declared.\n")
    assert "  ‖ pause      orders.cancelled, orders.created, orders.shipped\n" in told
    assert told.splitlines()[-1].startswith("Apply: 4 settled")
    assert (
        "Sending: s1: POST /kafka/v3/clusters/lkc-abc123/links/east-to-west/mirrors:pause\r\n"
        in (terminal.seen)
    )
    assert "orders.cancelled" not in terminal.seen


def test_what_settles_is_drawn_and_taken_away(person: Person) -> None:
    """Percent and rows of every source, cut to 40 columns after the terminal has shrunk."""
    person.world(SAMPLE.read_text(encoding="utf-8"))
    with Terminal(person, "apply", "--auto-approve", "--wait", "settled") as terminal:
        terminal.resize(40, 12)
        terminal.expect("left")
        terminal.expect("Apply: ")
        code = terminal.end()

    drawn = [row for row in rows_of(terminal.seen) if "Source/" in row and " %" in row]
    end = terminal.seen[terminal.seen.index("Settled:") :]
    assert code == 0
    assert drawn
    assert max(map(len, drawn)) <= 40
    assert "?25l" not in terminal.seen
    assert "Observing" not in end
    assert "\x1b[2K" not in end


def test_ctrl_c_leaves_no_progress_behind(person: Person) -> None:
    person.world(SAMPLE.read_text(encoding="utf-8"))
    with Terminal(person, "apply", "--auto-approve", "--wait", "settled") as terminal:
        terminal.expect("M rows")
        terminal.press("\x03")
        code = terminal.end()

    end = terminal.seen[terminal.seen.index("Interrupted: no new calls") :]
    assert code == 6
    assert "Interrupted before everything was seen" in end
    assert "?25l" not in terminal.seen


def test_no_colour_is_no_reason_to_show_no_progress(person: Person) -> None:
    person.environment["NO_COLOR"] = "1"
    with Terminal(person, "plan", "--log-format", "text") as terminal:
        code = terminal.end()

    assert code == 0
    assert "confluent-demo: observing" in terminal.seen
    assert not re.search(r"\x1b\[3\dm", terminal.seen)


def test_a_dumb_terminal_is_steered_by_nothing(person: Person) -> None:
    person.environment["TERM"] = "dumb"
    with Terminal(person, "apply", *MIRRORS, "--auto-approve") as terminal:
        code = terminal.end()

    assert code == 0
    assert "Sending: s1: POST" in terminal.seen
    assert "\x1b" not in terminal.seen


def test_a_watch_gives_the_screen_back_and_keeps_the_last_look(person: Person) -> None:
    with Terminal(person, "status", *MIRRORS, "--watch=2") as terminal:
        terminal.resize(60, 10)
        terminal.expect("next look in 1s")
        terminal.press("\x03")
        code = terminal.end()

    drawn, _, rest = terminal.seen.partition("\x1b[?1049l")
    assert code == 0
    assert drawn.count("\x1b[?1049h") == 1
    assert "ClusterLink/east-to-west/orders.created" in drawn
    assert rest.rstrip().splitlines()[-1].startswith("\x1b[1mStatus: 4 to change; 2 in sync;")


def test_a_watch_lets_others_into_the_sandbox(person: Person) -> None:
    with Terminal(person, "status", *MIRRORS, "--watch=2") as terminal:
        terminal.expect("4 to change")
        ran = person.run("apply", *MIRRORS, "--auto-approve")
        terminal.expect("Status: 6 in sync")
        terminal.press("\x03")
        code = terminal.end()

    assert (ran.code, code) == (0, 0)


def rows_of(text: str) -> list[str]:
    """What was written row by row, without what steers the terminal."""
    return re.split(r"[\r\n]+", re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", text))
