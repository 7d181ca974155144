"""Every path of the Streamkap API that the sandbox serves, and what stands around each endpoint."""

from collections.abc import Callable, Mapping
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from reconciler.records import Struct
from reconciler.sandbox import json_text
from reconciler.sandbox.context import Context
from reconciler.sandbox.streamkap import metrics, snapshots, sources, tokens, topics
from reconciler.sandbox.streamkap.call import Body, Call, Query, Refused, body, invalid
from reconciler.sandbox.streamkap.state import StreamkapState

Endpoint = Callable[[Call], object]
BodyIs = Literal["needed", "optional", "none"]

READS: tuple[tuple[str, Endpoint], ...] = (
    ("/sources", sources.list_sources),
    ("/sources/metrics", metrics.all_metrics),
    ("/sources/{source_id}", sources.get_source),
    ("/sources/{source_id}/metrics", metrics.source_metrics),
    ("/destinations", sources.list_destinations),
    ("/topics/details", topics.list_topics),
    ("/topics/details/grouped", topics.list_grouped),
    ("/topics/{topic_id}", topics.get_topic),
    ("/dashboard/lineage", metrics.groups),
    ("/dashboard/lineage/topics", metrics.all_topics),
)
"""Path and endpoint of every GET; the first that fits wins."""

WRITES: tuple[tuple[str, str, Endpoint], ...] = (
    ("POST", "/sources", sources.create_source),
    ("POST", "/sources/search", sources.search_sources),
    ("POST", "/sources/snapshot", snapshots.execute),
    ("POST", "/sources/cancel_snapshot", snapshots.cancel),
    ("POST", "/sources/stop_incremental_snapshot", snapshots.stop_incremental),
    ("POST", "/sources/stop_blocking_snapshot", snapshots.stop_blocking),
    ("POST", "/sources/bulk/snapshot", snapshots.bulk_sources_start),
    ("POST", "/sources/bulk/stop-snapshot", snapshots.bulk_sources_stop),
    ("POST", "/topics/bulk/snapshot", snapshots.bulk_topics_start),
    ("POST", "/topics/bulk/stop-snapshot", snapshots.bulk_topics_stop),
    ("POST", "/topics/table_metrics", topics.table_metrics),
    ("POST", "/dashboard/lineage/topics/batch", metrics.topics_of_entities),
    ("PUT", "/sources/{source_id}", sources.update_source),
    ("PUT", "/topics/{topic_id}", topics.update_topic),
)
"""Method, path and endpoint of everything with a JSON body."""

BARE: tuple[tuple[str, str, Endpoint], ...] = (
    ("DELETE", "/sources/{source_id}", sources.delete_source),
    ("POST", "/sources/{source_id}/deploy", sources.deploy_source),
    ("POST", "/sources/{source_id}/actions/{action}", sources.act_on_source),
)
"""Method, path and endpoint of writes without a body."""

OPTIONAL_BODY = frozenset({"/sources/search"})
"""Paths of `WRITES` that may come without a body."""

OPEN: tuple[tuple[str, str, Endpoint], ...] = (
    ("POST", "/auth/access-token", tokens.issue),
    ("POST", "/auth/access-token/refresh", tokens.renew),
)
"""Method, path and endpoint of what needs no token."""


class Surroundings(Struct, frozen=True):
    """How an endpoint gets at what it needs.

    Attributes:
        state_of: The state that a request reads and changes.
        context_of: A request's surroundings.
    """

    state_of: Callable[[Request], StreamkapState]
    context_of: Callable[[Request], Context]


def routes(around: Surroundings) -> list[BaseRoute]:
    """Routes of the API, to be served at `/`."""
    found: dict[str, dict[str, _Endpoint]] = {}
    for method, path, endpoint in OPEN:
        found.setdefault(path, {})[method] = _Endpoint(endpoint, around, "needed", guarded=False)
    for method, path, endpoint in WRITES:
        body_is: BodyIs = "optional" if path in OPTIONAL_BODY else "needed"
        found.setdefault(path, {})[method] = _Endpoint(endpoint, around, body_is)
    for method, path, endpoint in BARE:
        found.setdefault(path, {})[method] = _Endpoint(endpoint, around, "none")
    for path, endpoint in READS:
        found.setdefault(path, {})["GET"] = _Endpoint(endpoint, around, "none")
    return [_route(path, found[path]) for path in sorted(found, key=_is_pattern)]


def refusal(status: int, detail: object, headers: Mapping[str, str] | None = None) -> Response:
    """An error in the vendor's shape."""
    text = json_text.encode({"detail": detail})
    return Response(text, status, dict(headers or {}), media_type="application/json")


class _Endpoint(Struct, frozen=True):
    """A function of the API with what every request passes on the way to it."""

    function: Endpoint
    around: Surroundings
    body_is: BodyIs
    guarded: bool = True

    async def __call__(self, request: Request) -> Response:
        """Answer one request; nothing is awaited between reading the state and changing it."""
        raw = await request.body()
        context = self.around.context_of(request)
        try:
            answer = self._answer(request, raw, context)
        except Refused as refused:
            return refusal(refused.status, refused.detail)
        if context.quirks.nulls == "omitted":
            answer = without_nulls(answer)
        return Response(json_text.encode(answer), media_type="application/json")

    def _answer(self, request: Request, raw: bytes, context: Context) -> object:
        state = self.around.state_of(request)
        if self.guarded:
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            kind = tokens.ACCESS if scheme.lower() == "bearer" else ""
            tokens.owner(token.strip(), kind, state.project, context.now)
        call = Call(
            state=state,
            context=context,
            query=Query(dict(request.query_params)),
            path={name: str(value) for name, value in request.path_params.items()},
            body=_body(raw, self.body_is),
        )
        return self.function(call)


def _route(path: str, endpoints: Mapping[str, _Endpoint]) -> Route:
    async def serve(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await endpoints[method](request)

    return Route(path, serve, methods=list(endpoints))


def _is_pattern(path: str) -> bool:
    """Whether a path has variable parts; those are tried last."""
    return "{" in path


def _body(raw: bytes, body_is: BodyIs) -> Body:
    if body_is == "none" or (body_is == "optional" and not raw):
        return Body({})
    if not raw:
        raise invalid(("body",), "missing", "Field required", None)
    try:
        document = json_text.decode(raw)
    except ValueError:
        raise invalid(("body", 0), "json_invalid", "JSON decode error", {}) from None
    return body(document)


def without_nulls(value: object) -> object:
    """A JSON value without the fields that are null, at any depth."""
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value
