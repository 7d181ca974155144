import asyncio
import sqlite3

import pytest

from reconciler.sandbox import (
    SandboxBusy,
    SandboxError,
    StateUnreadable,
    WorldInvalid,
    in_memory_sandbox,
    open_sandbox,
    sample_world,
    set_aside,
)
from reconciler.sandbox.store import Store
from tests.unit.sandbox.api import SHOP, START, send, small_world


def ask(sandbox, method, path, body=None):
    token = asyncio.run(
        send(sandbox.app, "POST", "/auth/access-token", {"client_id": "demo", "secret": "hush"})
    ).json()["accessToken"]
    headers = {"authorization": f"Bearer {token}"}
    return asyncio.run(send(sandbox.app, method, path, body, headers=headers))


def control(sandbox, method, path, body=None):
    return asyncio.run(send(sandbox.app, method, f"/_sandbox/{path}", body)).json()


def test_a_new_directory_gets_the_sample_world(tmp_path):
    with open_sandbox(tmp_path / "deep" / "er", clock=lambda: START) as sandbox:
        names = [
            source["name"] for source in control(sandbox, "GET", "world")["streamkap"]["sources"]
        ]

    assert names == [source["name"] for source in sample_world()["streamkap"]["sources"]]


def test_what_one_command_did_the_next_one_sees(tmp_path):
    with open_sandbox(tmp_path, clock=lambda: START, world=small_world()) as sandbox:
        ask(
            sandbox,
            "POST",
            "/sources/snapshot",
            {
                "source_id": SHOP,
                "topic_names": ["public.a"],
                "surrogate_key": "id",
                "additional_conditions": [{"data_collection": "public.a", "filter": "x"}],
            },
        )
        ask(sandbox, "POST", "/sources/stop_blocking_snapshot", {"source_id": SHOP})
        before = [
            control(sandbox, "GET", path)
            for path in ("world", "runs", "clock", "quirks", "faults", "requests")
        ]
    with open_sandbox(tmp_path, clock=lambda: START) as sandbox:
        after = [
            control(sandbox, "GET", path)
            for path in ("world", "runs", "clock", "quirks", "faults", "requests")
        ]

    assert after == before


def test_time_goes_on_between_two_commands(tmp_path):
    with open_sandbox(tmp_path, clock=lambda: START, world=small_world()) as sandbox:
        ask(sandbox, "POST", "/sources/snapshot", {"source_id": SHOP, "topic_names": ["public.a"]})
    with open_sandbox(tmp_path, clock=lambda: START + 20) as sandbox:
        statuses = [run["status"] for run in control(sandbox, "GET", "runs")["runs"]]

    assert statuses == ["completed", "completed"]


def test_a_killed_process_loses_nothing_that_was_answered(tmp_path):
    """The first store is never closed, as if its process had been killed."""
    with open_sandbox(tmp_path, clock=lambda: START, world=small_world()):
        pass
    killed = open_sandbox(tmp_path, clock=lambda: START)
    sandbox = killed.__enter__()
    ask(sandbox, "POST", "/sources/snapshot", {"source_id": SHOP})
    control(sandbox, "PUT", "faults", {"rules": [{"effect": "html", "times": 2, "skip": 2}]})
    ask(sandbox, "GET", "/sources")
    survivor = Store(tmp_path / "state.sqlite")
    runs, meta = dict(survivor.rows("runs")), dict(survivor.rows("meta"))
    survivor.close()
    killed.__exit__(None, None, None)

    assert list(runs) == ["1", "2"]
    assert meta["faults"][0]["skip"] == 0
    assert meta["counter"] == 4


def test_a_deleted_source_stays_deleted_and_its_runs_stay_on_record(tmp_path):
    with open_sandbox(tmp_path, clock=lambda: START, world=small_world()) as sandbox:
        ask(sandbox, "DELETE", f"/sources/{SHOP}")
    with open_sandbox(tmp_path, clock=lambda: START) as sandbox:
        world, runs = control(sandbox, "GET", "world"), control(sandbox, "GET", "runs")["runs"]

    assert [source["name"] for source in world["streamkap"]["sources"]] == ["crm", "idle"]
    assert [run["source_name"] for run in runs] == ["shop"]


def test_a_confluent_change_is_kept(tmp_path):
    path = "/kafka/v3/clusters/lkc-1/links/west/mirrors"
    with open_sandbox(tmp_path, clock=lambda: START, world=small_world()) as sandbox:
        asyncio.run(
            send(
                sandbox.app,
                "POST",
                f"{path}:pause",
                {"mirror_topic_names": ["t1"]},
                auth=("demo", "hush"),
            )
        )
    with open_sandbox(tmp_path, clock=lambda: START + 60) as sandbox:
        listed = asyncio.run(send(sandbox.app, "GET", path, auth=("demo", "hush"))).json()

    assert [item["mirror_status"] for item in listed["data"]] == ["PAUSED"]


def test_a_second_command_is_told_to_serve(tmp_path):
    with (
        open_sandbox(tmp_path, clock=lambda: START),
        pytest.raises(SandboxBusy, match="sandbox serve"),
        open_sandbox(tmp_path, clock=lambda: START, wait=0),
    ):
        pass


def test_a_second_command_waits_a_while(tmp_path):
    with (
        open_sandbox(tmp_path, clock=lambda: START),
        pytest.raises(SandboxBusy),
        open_sandbox(tmp_path, clock=lambda: START, wait=0.06),
    ):
        pass


def test_the_directory_is_free_again_after_an_error(tmp_path):
    with (
        pytest.raises(WorldInvalid),
        open_sandbox(tmp_path, clock=lambda: START, world={"nonsense": 1}),
    ):
        pass
    with open_sandbox(tmp_path, clock=lambda: START, world=small_world(), wait=0) as sandbox:
        sources = control(sandbox, "GET", "world")["streamkap"]["sources"]

    assert len(sources) == 3


def corrupt(place):
    place.write_bytes(b"this is no database, and long enough to be looked at" * 100)


def foreign(place):
    with sqlite3.connect(place) as database:
        database.execute("CREATE TABLE other (a)")
    database.close()


def later(place):
    Store(place).close()
    with sqlite3.connect(place) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()


def broken_row(place):
    with open_sandbox(place.parent, clock=lambda: START):
        pass
    with sqlite3.connect(place) as database:
        database.execute("UPDATE sources SET document = '{\"name\": 5}'")
    database.close()


def broken_json(place):
    with open_sandbox(place.parent, clock=lambda: START):
        pass
    with sqlite3.connect(place) as database:
        database.execute("UPDATE meta SET document = '{'")
    database.close()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (corrupt, "cannot be read as a state of the sandbox"),
        (foreign, "is a database, but not the sandbox's"),
        (later, "has format 99"),
        (broken_row, "saved state of the sandbox cannot be read"),
        (broken_json, "cannot be read as a state of the sandbox"),
    ],
)
def test_a_state_that_is_not_ours_is_refused_and_left_alone(tmp_path, spoil, message):
    place = tmp_path / "state.sqlite"
    spoil(place)
    before = place.read_bytes()

    with pytest.raises(StateUnreadable, match=message), open_sandbox(tmp_path, clock=lambda: START):
        pass
    assert place.read_bytes() == before


def test_a_state_that_cannot_be_read_is_moved_aside_with_all_its_files(tmp_path):
    place = tmp_path / "state.sqlite"
    corrupt(place)
    before = place.read_bytes()
    (tmp_path / "state.sqlite-wal").write_bytes(b"more")
    aside = set_aside(tmp_path)
    with open_sandbox(tmp_path, clock=lambda: START, world=small_world()) as sandbox:
        sources = control(sandbox, "GET", "world")["streamkap"]["sources"]

    assert (aside, aside.read_bytes(), len(sources)) == (
        tmp_path / "state.sqlite.unreadable",
        before,
        3,
    )


def test_a_state_that_cannot_be_moved_is_told(tmp_path):
    with pytest.raises(SandboxError, match="cannot be moved: No such file or directory"):
        set_aside(tmp_path)


def test_a_write_that_fails_does_not_blame_the_state(tmp_path):
    """As on a disk that is full."""
    store = Store(tmp_path / "state.sqlite")
    store._database.execute("PRAGMA query_only = ON")

    with pytest.raises(SandboxError, match="cannot be written: ") as caught:
        store.save({"meta": {"counter": 1}})
    store.close()
    assert not isinstance(caught.value, StateUnreadable)


def test_a_directory_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("x")

    with (
        pytest.raises(SandboxError, match="cannot use"),
        open_sandbox(tmp_path / "file" / "sandbox", clock=lambda: START),
    ):
        pass


def test_a_write_rewrites_only_what_it_touched(tmp_path):
    many = [{"name": f"s{at}", "topics": [{"name": f"t{at}"}]} for at in range(300)]
    world = small_world()
    world["streamkap"]["sources"] += many
    with open_sandbox(tmp_path, clock=lambda: START, world=world) as sandbox:
        statements = []
        database = sandbox._state.store._database
        ask(sandbox, "GET", "/sources")
        database.set_trace_callback(statements.append)
        ask(sandbox, "POST", "/sources/snapshot", {"source_id": SHOP})
        database.set_trace_callback(None)
        runs = [text for text in statements if text.startswith("INSERT INTO runs")]
        touched = [
            text
            for text in statements
            if text.startswith(("INSERT INTO sources", "INSERT INTO links"))
        ]

    assert (len(runs), touched) == (1, [])


def test_a_reset_begins_anew():
    now = [START]
    sandbox = in_memory_sandbox(small_world(), clock=lambda: now[0])
    ask(sandbox, "GET", "/sources")
    control(sandbox, "PUT", "clock", {"advance": "1d", "speed": 5})
    sandbox.reset()

    assert sandbox.now() == START
    assert control(sandbox, "GET", "requests") == {"requests": []}
    assert control(sandbox, "GET", "runs")["runs"][0]["source_name"] == "orders-postgres"
    sandbox.close()


def test_a_reset_to_a_wrong_world_changes_nothing():
    sandbox = in_memory_sandbox(small_world(), clock=lambda: START)
    before = control(sandbox, "GET", "world")

    with pytest.raises(WorldInvalid):
        sandbox.reset({"nonsense": 1})
    assert control(sandbox, "GET", "world") == before


@pytest.mark.parametrize("vendor", ["streamkap", "confluent"])
def test_the_world_tells_its_first_credential(vendor):
    sandbox = in_memory_sandbox(small_world(), clock=lambda: START)

    assert sandbox.credential(vendor) == ("demo", "hush")


@pytest.mark.parametrize("vendor", ["streamkap", "confluent"])
def test_a_world_without_credentials_says_so(vendor):
    sandbox = in_memory_sandbox({}, clock=lambda: START)

    with pytest.raises(WorldInvalid, match=vendor):
        sandbox.credential(vendor)
