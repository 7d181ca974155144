"""Ctrl-C and SIGTERM while something is under way."""

import signal
import subprocess

import pytest

from tests.e2e.person import NOW, PATIENCE, Person
from tests.e2e.served import Served

ASKED = "Interrupted: no new calls; calls under way are awaited. Once more leaves at once.\n"


def read_until(process: "subprocess.Popen[bytes]", text: str) -> str:
    """Read stderr until a text has been told."""
    assert process.stderr is not None
    told = ""
    while text not in told:
        line = process.stderr.readline().decode()
        assert line, told
        told += line
    return told


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_waiting_and_the_report_says_what_is_left(
    person: Person, number: signal.Signals
) -> None:
    process = person.begin("apply", *NOW, "--auto-approve", "--wait", "settled")
    read_until(process, "Settling: streamkap-demo")
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)

    told = out.decode()
    assert (process.returncode, err.decode()[: len(ASKED)]) == (6, ASKED)
    assert told.splitlines()[-1] == (
        "Interrupted before everything was seen; nothing is rolled back. "
        "Plan and apply again to go on."
    )


def test_a_second_signal_leaves_at_once(customer: Person, served: Served) -> None:
    served.faults({"effect": "delay", "seconds": 600, "path": "mirrors:pause$"})
    process = customer.begin(
        "apply", "--auto-approve", "--select", "ClusterLink/east-to-west/orders.*"
    )
    read_until(process, "Sending: s1")
    process.send_signal(signal.SIGINT)
    read_until(process, ASKED)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=PATIENCE)

    assert process.returncode == 10
    assert b"it was sent, and its answer not awaited" in out


def test_ctrl_c_while_planning_is_an_interruption(customer: Person, served: Served) -> None:
    served.faults({"effect": "delay", "seconds": 600, "path": "/links$"})
    process = customer.begin("plan", "-v")
    read_until(process, "Observing")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)

    assert (process.returncode, out) == (6, b"")
    assert err.decode().endswith("\nInterrupted.\n")


def test_ctrl_c_ends_the_server(person: Person) -> None:
    process = person.begin("sandbox", "serve", "--port", "0")
    told = read_until(process, "(Ctrl-C ends it)\n")
    Served(told.split()[2]).control("GET", "clock")  # once it answers, it also heeds signals
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)

    assert (process.returncode, out, err) == (0, b"", b"")
