"""Which stream says what, in which letters, and what happens when nobody reads on."""

import json

import pytest

from tests.e2e.person import NOW, Person, Ran, text_of

SIGNS = str.maketrans({"‖": "|", "▶": ">", "→": "->", "·": "-", "…": "."})


def test_letters_outside_ascii_are_replaced_where_the_terminal_has_none(reader: Person) -> None:
    ran = reader.run("plan", *NOW, env={"PYTHONIOENCODING": "ascii", "LANG": "C"})

    assert ran == Ran(0, text_of("plan.txt").translate(SIGNS), "")


def test_a_comment_is_utf_8_in_every_locale(reader: Person) -> None:
    ran = reader.run(
        "plan", *NOW, "--format", "markdown", env={"PYTHONIOENCODING": "ascii", "LANG": "C"}
    )

    assert ran == Ran(0, text_of("plan.md"), "")


def test_output_that_nobody_reads_is_no_success(reader: Person) -> None:
    ran = reader.shell("reconciler drift --now 2025-06-01T00:00:00Z | true")

    assert ran == Ran(1, "", "")


def test_a_disk_without_room_is_told_and_no_success(reader: Person) -> None:
    ran = reader.shell("reconciler plan --now 2025-06-01T00:00:00Z >/dev/full")

    told = "Error: the result cannot be written: No space left on device\n"
    assert ran == Ran(1, "", told)


@pytest.mark.parametrize("words", ["--version", "--help", "schema values"])
def test_a_disk_without_room_is_told_by_the_shortest_command_too(
    reader: Person, words: str
) -> None:
    ran = reader.shell(f"reconciler {words} >/dev/full")

    told = "Error: the result cannot be written: No space left on device\n"
    assert ran == Ran(1, "", told)


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_stream_swallows_what_would_go_there(reader: Person, closed: str) -> None:
    ran = reader.shell(f"reconciler plan --now 2025-06-01T00:00:00Z {closed}")

    assert ran == Ran(0, text_of("plan.txt") if closed == "2>&-" else "", "")


def test_progress_that_nobody_reads_does_not_end_an_apply(person: Person) -> None:
    words = "--auto-approve --select ClusterLink/east-to-west"
    ran = person.shell(f"reconciler apply {words} 2>&1 >out.txt | true")

    told = (person.folder / "out.txt").read_text(encoding="utf-8")
    assert (ran, told.splitlines()[-1][:17]) == (Ran(0, "", ""), "Apply: 4 settled ")


def test_progress_may_be_json_lines(person: Person) -> None:
    words = ("--auto-approve", "--select", "ClusterLink/east-to-west")
    ran = person.run("apply", *words, "--log-format", "json", "--format", "json")

    lines = [json.loads(line) for line in ran.err.splitlines()]
    steps = [line for line in lines if "stage" in line]
    link = "POST /kafka/v3/clusters/lkc-abc123/links/east-to-west"
    assert (ran.code, ran.json["outcome"]) == (0, "ok")
    assert {line["event"] for line in lines if "stage" not in line} == {"note"}
    assert {step["timestamp"][-1] for step in steps} == {"Z"}
    told = [(step["stage"], step["event"], step["done"], step["total"]) for step in steps]
    assert sorted(told) == [  # two calls that need not wait for each other leave in any order
        ("observe", "confluent-demo", 1, 1),
        ("send", f"s1: {link}/mirrors:pause", 0, 0),
        ("send", f"s2: {link}/mirrors:resume", 0, 0),
    ]
