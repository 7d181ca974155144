"""A plan, a drift or errors of specs as JUnit XML: one test case a document, for pipelines with tests.

verdict                              a test case of its document
-----------------------------------  ---------------------------
blocked, unobserved, unknown         fails
what drift counts                    fails, in a report of drift
deferred                             is skipped, where nothing fails
anything else                        passes, and says what would change
"""

from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from reconciler.core.outcomes import drifted
from reconciler.core.words import plural
from reconciler.errors import Diagnostic
from reconciler.model.plan import Plan
from reconciler.model.verdict import Finding, Verdict
from reconciler.render.escape import printable
from reconciler.render.groups import by_document
from reconciler.render.words import finding_word

_FAILS = frozenset({Verdict.BLOCKED, Verdict.UNOBSERVED, Verdict.UNKNOWN})


def plan(plan: Plan) -> str:
    """A report of a plan.

    Args:
        plan: The plan.
    """
    cases = [_case("plan", findings) for findings in _documents(plan)]
    return _report("plan", _about(plan.environment, partial=plan.partial), cases)


def drift(plan: Plan) -> str:
    """A report of what moved.

    Args:
        plan: Judged from what is observed now.
    """
    moved = frozenset(drifted(plan))
    cases = [_case("drift", findings, moved) for findings in _documents(plan)]
    return _report("drift", _about(plan.environment, partial=plan.partial), cases)


def validate(
    addresses: Iterable[str],
    errors: Sequence[Diagnostic],
    environment: str = "",
    *,
    partial: bool = False,
) -> str:
    """A report of checked specs.

    Args:
        addresses: Documents without an error, where there is none at all; else nothing.
        errors: All of them.
        environment: Name of the environment whose values are in the documents, or empty.
        partial: Whether a selection left out a part of what is declared.
    """
    by_place: dict[str, list[Diagnostic]] = {}
    for error in errors:
        by_place.setdefault(error.address or error.file, []).append(error)
    cases = [_element(_names("validate", name), []) for name in sorted(addresses)]
    for name, mine in sorted(by_place.items()):
        told = plural(len(mine), "error")
        failure = _told("failure", told, "invalid", [str(error) for error in mine])
        cases.append(_element(_names("validate", name, mine[0].file, mine[0].line), [failure]))
    return _report("validate", _about(environment, partial=partial), cases)


def _documents(plan: Plan) -> list[tuple[Finding, ...]]:
    return [findings for _, findings in by_document(plan.findings)]


def _case(
    suite: str, findings: tuple[Finding, ...], moved: frozenset[Finding] = frozenset()
) -> str:
    bad = [f for f in findings if (f.verdict in _FAILS and not _is_known(suite, f)) or f in moved]
    late = [f for f in findings if f.verdict is Verdict.DEFERRED]
    changes = [f for f in findings if f.verdict is Verdict.CHANGE]
    inside: list[str] = []
    if bad:
        first = bad[0]
        kind = "drift" if first in moved else str(first.verdict)
        inside = [_told("failure", _headline(bad), kind, map(_line, bad))]
    elif late:
        inside = [f"<skipped message={_attribute(_headline(late))}/>"]
    if changes:
        inside.append(_text("system-out", map(_line, changes)))
    first = findings[0]
    names = _names(suite, str(first.address.document), first.origin.file, first.origin.line)
    return _element(names, inside)


def _is_known(suite: str, finding: Finding) -> bool:
    """Whether a policy acknowledges it, which is a matter of `drift` alone."""
    return suite == "drift" and bool(finding.known)


def _headline(findings: Sequence[Finding]) -> str:
    more = len(findings) - 1
    return _line(findings[0]) + (f" (and {more} more)" if more else "")


def _line(finding: Finding) -> str:
    advice = f"; {finding.advice}" if finding.advice else ""
    topic = finding.address.topic or "all of it"
    return f"{topic}: {finding_word(finding)}: {finding.reason}{advice} ({finding.origin})"


def _names(suite: str, name: str, file: str = "", line: int = 0) -> dict[str, str]:
    place = ({"file": file} if file else {}) | ({"line": str(line)} if line else {})
    return {"classname": f"reconciler.{suite}", "name": name, **place}


def _element(names: Mapping[str, str], inside: Sequence[str]) -> str:
    told = " ".join(f"{key}={_attribute(value)}" for key, value in names.items())
    if not inside:
        return f"<testcase {told}/>"
    return "\n".join([f"<testcase {told}>", *inside, "</testcase>"])


def _told(tag: str, message: str, kind: str, lines: Iterable[str]) -> str:
    return _text(f"{tag} message={_attribute(message)} type={_attribute(kind)}", lines)


def _text(opening: str, lines: Iterable[str]) -> str:
    body = "\n".join(escape(printable(line)) for line in lines)
    return f"<{opening}>{body}</{opening.split(' ', 1)[0]}>"


def _attribute(text: str) -> str:
    """XML 1.0 takes no control characters at all, not even escaped ones."""
    return quoteattr(printable(text))


def _about(environment: str, *, partial: bool) -> dict[str, str]:
    """What a reader of several reports tells them apart by."""
    named = {"environment": environment} if environment else {}
    return named | ({"partial": "true"} if partial else {})


def _report(suite: str, about: Mapping[str, str], cases: Sequence[str]) -> str:
    failures = sum("<failure " in case for case in cases)
    skipped = sum("<skipped " in case for case in cases)
    counts = f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}"'
    environment = f" of {about['environment']}" if "environment" in about else ""
    name = _attribute(f"reconciler {suite}{environment}")
    head = [f"<testsuite name={name} {counts}>", *_properties(about)]
    rows = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {counts}>", *head, *cases]
    return "\n".join([*rows, "</testsuite>", "</testsuites>", ""])


def _properties(about: Mapping[str, str]) -> list[str]:
    told = [f'<property name="{key}" value={_attribute(text)}/>' for key, text in about.items()]
    return ["<properties>", *told, "</properties>"] if told else []
