"""At a terminal: colours, the question, and Ctrl-C."""

from tests.e2e.person import Person
from tests.e2e.terminal import Terminal

MIRRORS = ("--select", "ClusterLink/east-to-west")
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
