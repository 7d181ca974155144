"""Failures on request: rules that say which requests fare badly, how often, and how.

drop_before   the connection breaks before anything happened
drop_after    it happened, and the answer was lost
delay         the answer takes `seconds` longer (over a socket; in process time is the clock's)
status        nothing happened; the answer is `status` with `body` and `headers`
html          nothing happened; the answer is a gateway's page with `status` (502)
partial       it happened; some items of the answer are missing
truncate      it happened; the body ends in the middle
"""

import re
from collections.abc import Mapping, Sequence

from reconciler.records import Struct, replace
from reconciler.sandbox import json_text
from reconciler.sandbox.fields import Section, section
from reconciler.sandbox.problems import WorldInvalid

EFFECTS = ("drop_before", "drop_after", "delay", "status", "html", "partial", "truncate")
TOO_MANY = 429
_USUAL = {"html": 502, "status": 503}
_STATUSES = range(200, 600)


class Rule(Struct, frozen=True):
    """One rule.

    Attributes:
        effect: What happens; a word of `EFFECTS`.
        method: Method it is for; None is any.
        path: Regular expression that must be found in the path.
        times: Requests it still hits; None is without end.
        skip: Requests it still lets pass first.
        seconds: How long `delay` takes.
        status: Status of `status` and `html`.
        body: JSON of `status`; None leaves the choice to the sandbox.
        headers: Headers of `status` and `html`.
        hits: Requests it has hit.
    """

    effect: str
    method: str | None = None
    path: str = ""
    times: int | None = 1
    skip: int = 0
    seconds: float = 0.0
    status: int = 503
    body: object = None
    headers: tuple[tuple[str, str], ...] = ()
    hits: int = 0

    def fits(self, method: str, path: str) -> bool:
        """Whether the rule is for such requests and not used up."""
        return (
            self.times != 0
            and self.method in {None, method}
            and re.search(self.path, path) is not None
        )

    def document(self) -> dict[str, object]:
        """The rule as `read_rules` reads it, with what is left of it."""
        return {
            "effect": self.effect,
            "method": self.method,
            "path": self.path,
            "times": self.times,
            "skip": self.skip,
            "seconds": self.seconds,
            "status": self.status,
            "body": self.body,
            "headers": dict(self.headers),
            "hits": self.hits,
        }


def read_rules(document: object) -> tuple[Rule, ...]:
    """Rules from `{"rules": [...]}`.

    Raises:
        WorldInvalid: A rule is not what it must be.
    """
    given = section("faults", document)
    rules = tuple(_read_rule(item) for item in given.sections("rules"))
    given.finish()
    return rules


def choose(rules: Sequence[Rule], method: str, path: str) -> tuple[Rule | None, tuple[Rule, ...]]:
    """The rule that hits a request, and all rules as they stand after it.

    Rules are tried in order; one that still lets requests pass counts down and leaves this one to
    the next.
    """
    after: list[Rule] = []
    hit: Rule | None = None
    for rule in rules:
        if hit is not None or not rule.fits(method, path):
            after.append(rule)
        elif rule.skip:
            after.append(replace(rule, skip=rule.skip - 1))
        else:
            hit = rule
            left = None if rule.times is None else rule.times - 1
            after.append(replace(rule, times=left, hits=rule.hits + 1))
    return hit, tuple(after)


class Instead(Struct, frozen=True):
    """An answer that takes the place of the API's."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def answer(rule: Rule, too_many_requests: str, *, kafka: bool) -> Instead:
    """What `status` and `html` answer.

    Args:
        rule: The rule.
        kafka: Whether errors have the shape of the Kafka REST API.
        too_many_requests: The quirk of that name; it shapes a 429 whose body the rule leaves open.
    """
    if rule.status == TOO_MANY and rule.body is None:
        form, _, retry = too_many_requests.partition("+")
        headers = (*rule.headers, ("retry-after", "1")) if retry else rule.headers
        rule = replace(rule, effect=form, headers=headers)
    return _page(rule) if rule.effect == "html" else _json(rule, kafka=kafka)


def partial(body: bytes) -> bytes:
    """A JSON answer with the later half of its items left out; other answers stay as they are."""
    try:
        document = json_text.decode(body)
    except ValueError:
        return body
    return json_text.encode(_halved(document)).encode()


def _halved(document: object) -> object:
    """Half of the list the document is or carries; of a mapping of lists, half of its entries."""
    if isinstance(document, list):
        return document[: len(document) // 2]
    if not isinstance(document, Mapping):
        return document
    for name in ("result", "results", "data"):
        if isinstance(document.get(name), list):
            return dict(document) | {name: _halved(document[name])}
    if all(isinstance(value, list) for value in document.values()):
        return dict(list(document.items())[: len(document) // 2])
    return document


def _page(rule: Rule) -> Instead:
    title = str(rule.status)
    text = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    return Instead(rule.status, (("content-type", "text/html"), *rule.headers), text.encode())


def _json(rule: Rule, *, kafka: bool) -> Instead:
    message = f"The sandbox was told to answer {rule.status}"
    usual: object = {"detail": message}
    if kafka:
        usual = {"error_code": rule.status, "message": message}
    text = json_text.encode(usual if rule.body is None else rule.body)
    headers = (("content-type", "application/json"), *rule.headers)
    return Instead(rule.status, headers, text.encode())


def _read_rule(given: Section) -> Rule:
    effect = given.word("effect", EFFECTS, "")
    method = given.maybe_text("method")
    headers = given.mapping("headers")
    status = given.count("status", _USUAL.get(effect, 503))
    given.asked.append("body")
    endless = "times" in given.values and given.maybe_count("times") is None
    rule = Rule(
        effect=effect,
        method=None if method is None else method.upper(),
        path=given.maybe_text("path") or "",
        times=None if endless else given.count("times", 1),
        skip=given.count("skip", 0),
        seconds=given.number("seconds", 0.0),
        status=status,
        body=given.values.get("body"),
        headers=tuple((name.lower(), str(value)) for name, value in headers.items()),
        hits=given.count("hits", 0),
    )
    _check(given, rule)
    given.finish()
    return rule


def _check(given: Section, rule: Rule) -> None:
    if rule.status not in _STATUSES:
        raise given.wrong("status", "an HTTP status from 200 to 599", rule.status)
    try:
        re.compile(rule.path)
    except re.error as error:
        raise WorldInvalid(f"{given.place}.path: no regular expression: {error}") from error
