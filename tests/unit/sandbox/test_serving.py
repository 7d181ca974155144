import threading

import httpx
import pytest
import uvicorn

from reconciler.sandbox import in_memory_sandbox
from tests.unit.sandbox.api import START, small_world


@pytest.fixture
def url():
    """A sandbox behind a real socket on loopback."""
    sandbox = in_memory_sandbox(small_world(), clock=lambda: START)
    config = uvicorn.Config(
        sandbox.app, port=0, log_level="warning", lifespan="off", date_header=False, ws="none"
    )
    running = uvicorn.Server(config)
    listening = config.bind_socket()
    thread = threading.Thread(target=running.run, args=([listening],), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    running.should_exit = True
    thread.join(10)
    listening.close()
    sandbox.close()


def login(url):
    return httpx.post(f"{url}/auth/access-token", json={"client_id": "demo", "secret": "hush"})


def test_a_real_socket_shows_the_sandbox_date_only(url):
    answer = login(url)

    assert (answer.status_code, answer.headers.get_list("date")) == (
        200,
        ["Fri, 15 Jan 2027 08:00:00 GMT"],
    )


@pytest.mark.parametrize("effect", ["drop_before", "drop_after"])
def test_a_dropped_connection_is_closed_without_an_answer(url, effect):
    httpx.put(f"{url}/_sandbox/faults", json={"rules": [{"effect": effect, "path": "/auth/"}]})

    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        login(url)
    assert login(url).status_code == 200


def test_a_delay_takes_its_time(url):
    httpx.put(f"{url}/_sandbox/faults", json={"rules": [{"effect": "delay", "seconds": 0.3}]})

    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{url}/sources", timeout=0.05)
