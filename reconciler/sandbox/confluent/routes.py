"""Paths, credentials and the vendor's envelope around every operation.

Paths are matched as they came in, before decoding: a slash or a colon that is encoded in the
name of a link or topic must not become part of the path.

    /clusters/{cluster_id}/links …                        links.py
    /clusters/{cluster_id}/links/{link_name}/mirrors …    mirrors.py
    /clusters/{cluster_id}/topics/{topic_name}            mirrors.py
"""

import binascii
from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from reconciler.records import Struct
from reconciler.sandbox.confluent import links, mirrors
from reconciler.sandbox.confluent.answer import Answer
from reconciler.sandbox.confluent.call import Call
from reconciler.sandbox.confluent.errors import Refused, no_path, unauthorized, wrong_method
from reconciler.sandbox.confluent.state import ConfluentState
from reconciler.sandbox.confluent.transitions import TRANSITIONS
from reconciler.sandbox.confluent.wire import without_nulls
from reconciler.sandbox.context import Context
from reconciler.sandbox.json_text import encode

Operation = Callable[[Call], Answer]

_LINKS = "clusters/{cluster_id}/links"
_LINK = f"{_LINKS}/{{link_name}}"


class Endpoint(Struct, frozen=True):
    """One path with what it does.

    Attributes:
        path: Segments joined with slashes; one in braces takes any text.
        methods: Method to operation.
        fixed: Values that the path itself means.
    """

    path: str
    methods: dict[str, Operation]
    fixed: tuple[tuple[str, str], ...] = ()

    def values(self, segments: Sequence[str]) -> dict[str, str] | None:
        """What stands in the braces, or None for another path.

        Args:
            segments: Of the request's path, decoded.
        """
        pattern = self.path.split("/")
        if len(pattern) != len(segments):
            return None
        found = dict(self.fixed)
        for wanted, given in zip(pattern, segments, strict=True):
            if wanted.startswith("{"):
                found[wanted.strip("{}")] = given
            elif wanted != given:
                return None
        return found


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(_LINKS, {"GET": links.list_links, "POST": links.create_link}),
    Endpoint(_LINK, {"GET": links.get_link, "DELETE": links.delete_link}),
    Endpoint(f"{_LINK}/configs", {"GET": links.list_configs}),
    Endpoint(f"{_LINK}/configs:alter", {"PUT": links.alter_configs}),
    Endpoint(
        f"{_LINK}/configs/{{config_name}}",
        {"GET": links.get_config, "PUT": links.put_config, "DELETE": links.delete_config},
    ),
    Endpoint(f"{_LINKS}/-/mirrors", {"GET": mirrors.list_all_mirrors}),
    Endpoint(f"{_LINK}/mirrors", {"GET": mirrors.list_mirrors, "POST": mirrors.create_mirror}),
    Endpoint(f"{_LINK}/mirrors/{{mirror_topic_name}}", {"GET": mirrors.get_mirror}),
    *(
        Endpoint(f"{_LINK}/mirrors:{verb}", {"POST": mirrors.alter_mirrors}, (("verb", verb),))
        for verb in TRANSITIONS
    ),
    Endpoint("clusters/{cluster_id}/topics/{topic_name}", {"DELETE": mirrors.delete_topic}),
)
"""All that is served; the first that matches wins."""


def routes(
    state_of: Callable[[Request], ConfluentState],
    context_of: Callable[[Request], Context],
    prefixes: Sequence[str] = ("",),
) -> list[BaseRoute]:
    """Routes that take every path below the prefixes.

    Args:
        state_of: Gives the state that a request is about.
        context_of: Gives a request's surroundings.
        prefixes: Such as `/kafka/v3`; the empty one is for routes that are mounted. A mount of
            Starlette does not take paths with a line break, these routes do.
    """
    return [_Api(state_of, context_of, tuple(prefixes))]


@dataclass(frozen=True, slots=True)
class _Api(BaseRoute):
    """The route to everything: every method, every path below a prefix."""

    state_of: Callable[[Request], ConfluentState]
    context_of: Callable[[Request], Context]
    prefixes: tuple[str, ...]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is for this API."""
        if scope["type"] != "http":
            return Match.NONE, {}
        path = str(scope["path"]).removeprefix(str(scope.get("root_path", "")))
        is_ours = any(path == prefix or path.startswith(f"{prefix}/") for prefix in self.prefixes)
        return (Match.FULL if is_ours else Match.NONE), {}

    def url_path_for(self, name: str, /, **path_params: object) -> NoReturn:
        """Nothing has a name here.

        Raises:
            NoMatchFound: Always.
        """
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (`docs/apis/confluent.md`)."""
        request = Request(scope, receive)
        content = await request.body()
        context = self.context_of(request)
        try:
            answer = self._answer(request, content, context)
        except Refused as refused:
            answer = Answer(refused.status, refused.body())
        await _response(answer, context)(scope, receive, send)

    def _answer(self, request: Request, content: bytes, context: Context) -> Answer:
        state = self.state_of(request)
        if not is_let_in(request.headers.get("authorization", ""), state):
            raise unauthorized()
        # Encoded by hand where a server does not pass the path on as it came in.
        raw = request.scope.get("raw_path") or quote(str(request.scope["path"])).encode()
        before, _, after = raw.decode("ascii", "replace").partition("/clusters/")
        root = quote(str(request.scope.get("root_path", "")))
        if before not in {f"{root}{prefix}" for prefix in self.prefixes}:
            raise no_path()
        segments = ["clusters", *(unquote(segment) for segment in after.split("/"))]
        return _carried_out(_Asked(request, content, context, state, before), segments)


class _Asked(Struct, frozen=True):
    """What is known of a request before its path is understood."""

    request: Request
    content: bytes
    context: Context
    state: ConfluentState
    before: str

    def call(self, values: dict[str, str]) -> Call:
        request = self.request
        host = request.headers.get("host", "sandbox")
        base = f"{request.scope.get('scheme', 'http')}://{host}{self.before}"
        query = {name: request.query_params.getlist(name)[0] for name in request.query_params}
        return Call(self.state, self.context, values, query, self.content, base)


def _carried_out(asked: _Asked, segments: Sequence[str]) -> Answer:
    method = "GET" if asked.request.method == "HEAD" else asked.request.method
    for endpoint in ENDPOINTS:
        if (values := endpoint.values(segments)) is None:
            continue
        if method not in endpoint.methods:
            refused = wrong_method()
            return Answer(405, refused.body(), {"Allow": ", ".join(sorted(endpoint.methods))})
        return endpoint.methods[method](asked.call(values))
    raise no_path()


def is_let_in(header: str, state: ConfluentState) -> bool:
    """Whether a credential is one of the world's (`docs/apis/confluent.md#auth`).

    Args:
        header: `Authorization`: HTTP Basic with key and secret, or a bearer token.
        state: Everything the Confluent side knows.
    """
    scheme, _, rest = header.partition(" ")
    match scheme.lower():
        case "bearer":
            return rest.strip() in state.tokens
        case "basic":
            try:
                given = b64decode(rest.strip(), validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                return False
            key, _, secret = given.partition(":")
            return (key, secret) in state.credentials
        case _:
            return False


def _response(answer: Answer, context: Context) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status, headers=answer.headers)
    body = without_nulls(answer.body) if context.quirks.nulls == "omitted" else answer.body
    return Response(encode(body), answer.status, answer.headers, "application/json")
