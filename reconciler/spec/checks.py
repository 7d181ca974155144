"""What joins the fields of one document, in words.

These rules are read off the plain value, not off a model, so that they speak even where another field
of the document is wrong; the same rules stand in `constraints` for editors.
"""

import re
from collections.abc import Iterator, Sequence

from reconciler.core.match import compile_rules
from reconciler.model.call import Json
from reconciler.model.desired import Pattern
from reconciler.records import Struct
from reconciler.spec.composing import Composed
from reconciler.spec.endpoints import SANDBOX, Hosts, parse_endpoint
from reconciler.spec.faults import Fault, Path
from reconciler.spec.naming import nearest
from reconciler.spec.places import spot_of
from reconciler.spec.policies import FIELDS
from reconciler.spec.rules import WrittenRule
from reconciler.spec.scalars import Malformed, parse_duration, shown

_SET = re.compile(r"\[!?+\]?+[^\]]*\]")  # a `]` right after the opening is one of the signs
_EMPTY_SET = re.compile(r"\[!?\]")
_NOT_ONE_PLACE: tuple[set[str], ...] = (set(), {"env", "file"})
_SECRETS = ("clientId", "clientSecret", "apiKey", "apiSecret", "token")


class Checked(Struct, frozen=True):
    """A document under the checks.

    Attributes:
        composed: Its nodes, for places.
        value: Its plain value.
        rules: Its rules as far as they can be read.
    """

    composed: Composed
    value: dict[str, Json]
    rules: tuple[WrittenRule, ...] = ()

    def part(self, *path: str | int) -> dict[str, Json]:
        """The mapping at a path, or an empty one."""
        found: Json = self.value
        for key in path:
            match found, key:
                case dict(), str():
                    found = found.get(key)
                case list(), int():
                    found = found[key]
                case _:
                    return {}
        return found if isinstance(found, dict) else {}

    def fault(self, path: Path, message: str, advice: str) -> Fault:
        """A fault at the value of a path."""
        return Fault(spot_of(self.composed, path), path, message=message, advice=advice)


def check_connection(document: Checked, hosts: Hosts) -> Iterator[Fault]:
    """What is wrong with a Connection beyond its single fields.

    Args:
        document: The document.
        hosts: Where a credential may go.
    """
    spec = document.part("spec")
    endpoint = spec.get("endpoint")
    if isinstance(endpoint, str):
        try:
            parse_endpoint(endpoint, hosts)
        except Malformed as error:
            yield document.fault(("spec", "endpoint"), error.message, error.advice)
        if endpoint != SANDBOX and "auth" not in spec:
            yield document.fault(
                ("spec",),
                "`auth` is missing",
                "say where the credential is found; only `sandbox` goes without",
            )
    if "auth" in spec:
        yield from _check_auth(document, spec)


def _check_auth(document: Checked, spec: dict[str, Json]) -> Iterator[Fault]:
    """The shape of a credential and of every reference in it."""
    auth = document.part("spec", "auth")
    for name in _SECRETS:
        reference = auth.get(name)
        if isinstance(reference, dict) and set(reference) in _NOT_ONE_PLACE:
            advice = "write `{env: NAME}` or `{file: PATH}`"
            message = "a secret is found in exactly one place: `env` or `file`"
            yield document.fault(("spec", "auth", name), message, advice)
    if spec.get("provider") != "confluent" or not isinstance(spec["auth"], dict):
        return
    written = auth.keys() & {"apiKey", "apiSecret", "token"}
    if written not in ({"apiKey", "apiSecret"}, {"token"}):
        advice = "write `apiKey` and `apiSecret`, or `token` alone"
        yield document.fault(("spec", "auth"), "this is not one whole credential", advice)


def check_source(document: Checked) -> Iterator[Fault]:
    """What is wrong with a Source beyond its single fields.

    Args:
        document: The document.
    """
    spec = document.value.get("spec")
    if isinstance(spec, dict):
        yield from _exactly_one(document, ("spec",), ("source", "sourceId"))
    for rule in document.rules:
        if rule.state == "completed":
            yield from _exactly_one(document, rule.path, ("since", "maxAge"))
            yield from _check_blocking(document, rule.path)
            yield from _check_spread(document, rule.path)


def _exactly_one(document: Checked, path: Path, names: tuple[str, str]) -> Iterator[Fault]:
    """Of two fields, one must be written and the other not."""
    part = document.part(*path)
    written = [name for name in names if name in part]
    first, second = names
    if not written and not any(nearest(name, names) for name in part):
        message = f"neither `{first}` nor `{second}` is written"
        yield document.fault(path, message, "write one of the two")
    elif len(written) == len(names):
        message = f"`{first}` and `{second}` exclude each other"
        yield document.fault((*path, second), message, "remove one of the two")


def _check_blocking(document: Checked, path: Path) -> Iterator[Fault]:
    """A blocking run knows neither filter nor surrogate key."""
    rule = document.part(*path)
    if rule.get("type") == "blocking":
        for name in ("filter", "surrogateKey"):
            if name in rule:
                yield document.fault(
                    (*path, name),
                    f"`{name}` does not go with `type: blocking`",
                    "remove it, or read with `type: incremental`",
                )


def _check_spread(document: Checked, path: Path) -> Iterator[Fault]:
    """A spread goes with `maxAge`, and takes at most half of it."""
    rule = document.part(*path)
    if "spread" not in rule:
        return
    if "maxAge" not in rule:
        message = "`spread` speaks of `maxAge`, which is not written"
        yield document.fault((*path, "spread"), message, "remove it, or write `maxAge`")
        return
    try:
        spread, age = parse_duration(rule["spread"]), parse_duration(rule["maxAge"])
    except Malformed:
        return
    if spread * 2 > age:
        message = f"a spread of {shown(rule['spread'])} is more than half of `maxAge`"
        yield document.fault((*path, "spread"), message, "write a shorter one")


def check_policy(document: Checked) -> Iterator[Fault]:
    """What is wrong with a Policy beyond its single fields.

    Args:
        document: The document.
    """
    spec = document.value.get("spec")
    if isinstance(spec, dict) and not spec.keys() & set(FIELDS):
        names = ", ".join(f"`{name}`" for name in FIELDS)
        advice = f"write at least one of {names}"
        yield document.fault(("spec",), "the policy asks for nothing", advice)
    windows = document.part("spec", "windows")
    is_written = isinstance(spec, dict) and isinstance(spec.get("windows"), dict)
    if is_written and not windows.keys() & {"allow", "deny"}:
        message = "neither `allow` nor `deny` is written"
        yield document.fault(("spec", "windows"), message, "write one of the two, or both")


def check_patterns(document: Checked) -> Iterator[Fault]:
    """Patterns that can never mean what they say.

    Args:
        document: A Source or ClusterLink.
    """
    for rule in document.rules:
        yield from _check_alone(document, rule)
    if len(document.rules) > 1:
        yield from _check_shadowed(document)


def _check_alone(document: Checked, rule: WrittenRule) -> Iterator[Fault]:
    """Patterns of one rule: each once, and every `[` closed."""
    seen: dict[str, Pattern] = {}
    for place, pattern in rule.topics:
        path = (*rule.path, "topics", place)
        first = seen.setdefault(pattern.text, pattern)
        if first is not pattern:
            message = f"{shown(pattern.text)} stands in this rule twice, first at {first.origin}"
            yield document.fault(path, message, "remove one of the two")
        if "[" in pattern.text and "[" in _SET.sub("", pattern.text):
            yield document.fault(path, *_unclosed(pattern.text))


def _unclosed(text: str) -> tuple[str, str]:
    """What is wrong with a glob whose `[` opens no set, and what to do."""
    if _EMPTY_SET.search(_SET.sub("", text)):
        message = f"the set of signs in {shown(text)} is empty"
        return message, "write signs before the `]`, or write `[[]` for the sign `[` itself"
    message = f"the `[` in {shown(text)} is never closed"
    return message, "add `]`, or write `[[]` for the sign itself"


def _check_shadowed(document: Checked) -> Iterator[Fault]:
    """Literals, and globs of the same text, that an earlier rule takes away."""
    later = [pattern for rule in document.rules[1:] for pattern in rule.patterns]
    # Compiling costs more than all else here, and only literals need it.
    has_literals = any(pattern.is_literal for pattern in later)
    matcher = compile_rules([rule.patterns for rule in document.rules] if has_literals else [])
    globs: dict[str, int] = {}
    for index, rule in enumerate(document.rules):
        for place, pattern in rule.topics:
            winner = (
                matcher.rule_of(pattern.text)
                if pattern.is_literal
                else globs.setdefault(pattern.text, index)
            )
            if winner is not None and winner < index:
                earlier = first_match(document.rules[winner].patterns, pattern.text)
                yield document.fault(
                    (*rule.path, "topics", place),
                    f"{shown(pattern.text)} never counts here: "
                    f"{shown(earlier.text)} at {earlier.origin} matches it first",
                    "move it before that rule, or remove it",
                )


def first_match(patterns: Sequence[Pattern], name: str) -> Pattern:
    """The first of patterns that is, or matches, a name.

    Args:
        patterns: At least one of which does.
        name: A literal, or the text of a glob.
    """
    same = [pattern for pattern in patterns if pattern.text == name]
    return (
        same[0]
        if same
        else next(
            pattern for pattern in patterns if compile_rules([[pattern]]).rule_of(name) is not None
        )
    )
