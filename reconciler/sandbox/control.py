"""Control endpoints under `/_sandbox`: for tests and for people, without auth and without a log.

GET, PUT     world      the whole world, JSON or YAML
GET, DELETE  requests   what came in
GET          runs       every snapshot run that was ever asked for
GET, PUT     clock      {"speed": 60} or {"advance": "10m"}
GET, PUT     faults     {"rules": [...]}
GET, PUT     quirks     some or all of the switches
POST         reset      everything as at the beginning, with the world in the body or the sample
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from reconciler.sandbox import faults, json_text, quirks
from reconciler.sandbox.clock import FASTEST
from reconciler.sandbox.fields import section
from reconciler.sandbox.problems import WorldInvalid
from reconciler.sandbox.state import State
from reconciler.sandbox.streamkap.nouns import Run
from reconciler.sandbox.streamkap.timeline import progress, status
from reconciler.sandbox.times import format_time
from reconciler.sandbox.world import read_text, sample_world, world_document, write_yaml

Act = Callable[[State, bytes], Mapping[str, object]]


def routes(state: State) -> list[BaseRoute]:
    """Routes below `/_sandbox`."""
    acts: tuple[tuple[str, str, Act], ...] = (
        ("PUT", "/world", put_world),
        ("GET", "/requests", get_requests),
        ("DELETE", "/requests", delete_requests),
        ("GET", "/runs", get_runs),
        ("GET", "/clock", get_clock),
        ("PUT", "/clock", put_clock),
        ("GET", "/faults", get_faults),
        ("PUT", "/faults", put_faults),
        ("GET", "/quirks", get_quirks),
        ("PUT", "/quirks", put_quirks),
        ("POST", "/reset", reset),
    )
    found: list[BaseRoute] = [
        Route(path, _served(act, state), methods=[method]) for method, path, act in acts
    ]
    return [Route("/world", _world(state), methods=["GET"]), *found]


def logged(state: State) -> list[Mapping[str, object]]:
    """Every request, oldest first, with its time in the sandbox."""
    return [_with_time(entry) for _, entry in state.store.rows("requests")]


def runs(state: State) -> list[Mapping[str, object]]:
    """Every snapshot run, in order of its number, as it really stands."""
    now = state.now()
    return [_run(run, now) for run in state.world.streamkap.runs.values()]


def put_world(state: State, raw: bytes) -> Mapping[str, object]:
    """`PUT world`: another world; time, faults and log go on."""
    state.put_world(read_text(raw))
    return _size(state)


def reset(state: State, raw: bytes) -> Mapping[str, object]:
    """`POST reset`: everything as at the beginning."""
    state.reset(read_text(raw) if raw.strip() else sample_world())
    return _size(state)


def get_requests(state: State, raw: bytes) -> Mapping[str, object]:
    """`GET requests`: what came in."""
    del raw
    return {"requests": logged(state)}


def delete_requests(state: State, raw: bytes) -> Mapping[str, object]:
    """`DELETE requests`: an empty log; numbers go on."""
    del raw
    state.clear_log()
    return {"requests": []}


def get_runs(state: State, raw: bytes) -> Mapping[str, object]:
    """`GET runs`: what was asked for."""
    del raw
    return {"runs": runs(state)}


def get_clock(state: State, raw: bytes) -> Mapping[str, object]:
    """`GET clock`: the sandbox's time and speed."""
    del raw
    return {"now": format_time(state.now()), "speed": state.clock.speed}


def put_clock(state: State, raw: bytes) -> Mapping[str, object]:
    """`PUT clock`: move time forward, or change its speed."""
    given = section("clock", read_text(raw))
    speed = given.maybe_number("speed")
    advance = given.duration("advance") if "advance" in given.values else 0.0
    given.asked.append("advance")
    given.finish()
    if speed is not None and speed > FASTEST:
        raise given.wrong("speed", f"a number up to {FASTEST:.0f}", speed)
    state.put_clock(advance=advance, speed=speed)
    return get_clock(state, b"")


def get_faults(state: State, raw: bytes) -> Mapping[str, object]:
    """`GET faults`: the rules, with what is left of them and how often they hit."""
    del raw
    return {"rules": [rule.document() for rule in state.rules]}


def put_faults(state: State, raw: bytes) -> Mapping[str, object]:
    """`PUT faults`: these rules instead of all others."""
    state.put_rules(faults.read_rules(read_text(raw)))
    return get_faults(state, b"")


def get_quirks(state: State, raw: bytes) -> Mapping[str, object]:
    """`GET quirks`: every switch and its value."""
    del raw
    return quirks.as_dict(state.world.quirks)


def put_quirks(state: State, raw: bytes) -> Mapping[str, object]:
    """`PUT quirks`: the switches that are named; the others stay."""
    state.put_quirks(quirks.parse(quirks.as_dict(state.world.quirks) | read_text(raw)))
    return get_quirks(state, b"")


def _served(act: Act, state: State) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        try:
            return _json(act(state, await request.body()))
        except (WorldInvalid, ValueError) as error:
            return _json({"detail": str(error)}, 422)

    return serve


def _world(state: State) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        document = world_document(state.world, state.now())
        if "yaml" in request.headers.get("accept", "") + request.query_params.get("format", ""):
            return Response(write_yaml(document), media_type="application/yaml")
        return _json(document)

    return serve


def _json(document: Mapping[str, object], code: int = 200) -> Response:
    return Response(json_text.encode(document), code, media_type="application/json")


def _size(state: State) -> Mapping[str, object]:
    return {
        "sources": len(state.world.streamkap.sources),
        "links": len(state.world.confluent.rows()),
    }


def _with_time(entry: object) -> dict[str, object]:
    given = section("requests", entry)
    return dict(given.values) | {"time": format_time(given.number("time", 0.0))}


def _run(run: Run, now: float) -> dict[str, object]:
    parts = progress(run, now)
    word = status(parts)
    starts = [part.started for part in parts if part.started is not None]
    ends = [part.ended for part in parts if part.ended is not None]
    going = word in {"pending", "running"}
    return {
        "number": run.number,
        "source_id": run.source_id,
        "source_name": run.source_name,
        "topics": [part.topic for part in run.parts],
        "type": run.type,
        "filters": dict(run.conditions),
        "surrogate_key": run.surrogate_key,
        "submitted": format_time(run.submitted),
        "started": format_time(min(starts)) if starts else None,
        "ended": format_time(max(ends)) if ends and not going else None,
        "status": word,
        "topic_statuses": {part.part.topic: part.status for part in parts},
        "request": run.request,
    }
