from xml.etree import ElementTree as ET

from reconciler.errors import Diagnostic
from reconciler.model.verdict import Cause, Verdict
from reconciler.records import replace
from reconciler.render import junit
from tests.support.plans import LINK, ORDERS, finding, in_sync, pause, plan_of, start


def cases(text: str) -> dict[str, list[str]]:
    """What is inside each test case, by its name."""
    root = ET.fromstring(text)
    return {
        str(case.get("name")): [f"{child.tag} {child.get('type', '')}".strip() for child in case]
        for case in root.iter("testcase")
    }


def totals(text: str) -> dict[str, str]:
    return dict(ET.fromstring(text).attrib)


def test_a_document_is_one_test_case_and_passes_where_it_changes_or_holds() -> None:
    text = junit.plan(plan_of(start("public.orders"), in_sync(LINK.of("a"), "ACTIVE")))

    assert cases(text) == {"ClusterLink/east-to-west": [], "Source/orders-postgres": ["system-out"]}
    assert totals(text) == {"tests": "2", "failures": "0", "errors": "0", "skipped": "0"}


def test_what_needs_a_person_fails() -> None:
    for verdict in (Verdict.BLOCKED, Verdict.UNOBSERVED, Verdict.UNKNOWN):
        text = junit.plan(plan_of(finding(ORDERS.of("a"), verdict, "why")))

        assert cases(text) == {"Source/orders-postgres": [f"failure {verdict}"]}
        assert totals(text)["failures"] == "1"


def test_what_waits_is_skipped_unless_something_fails() -> None:
    late = finding(ORDERS.of("a"), Verdict.DEFERRED, "another run is in the way")
    bad = finding(ORDERS.of("b"), Verdict.BLOCKED, "why")

    assert cases(junit.plan(plan_of(late))) == {"Source/orders-postgres": ["skipped"]}
    assert cases(junit.plan(plan_of(late, bad))) == {"Source/orders-postgres": ["failure blocked"]}


def test_a_failure_says_what_why_and_where_of_every_topic() -> None:
    bad = [finding(ORDERS.of(name), Verdict.BLOCKED, "it failed") for name in ("a", "b")]

    (failure,) = ET.fromstring(junit.plan(plan_of(*bad))).iter("failure")

    assert failure.get("message") == "a: blocked: it failed (specs/orders.yaml:12) (and 1 more)"
    assert failure.text == (
        "a: blocked: it failed (specs/orders.yaml:12)\nb: blocked: it failed (specs/orders.yaml:12)"
    )


def test_what_moved_fails_in_a_report_of_drift_only() -> None:
    plan = plan_of(pause("orders.a", cause=Cause.DRIFT))

    assert cases(junit.plan(plan)) == {"ClusterLink/east-to-west": ["system-out"]}
    assert cases(junit.drift(plan)) == {"ClusterLink/east-to-west": ["failure drift", "system-out"]}


def test_errors_of_specs_are_test_cases_of_their_documents() -> None:
    errors = [
        Diagnostic("specs/a.yaml", 4, 2, "Source/a", "spec", "is wrong"),
        Diagnostic("specs/a.yaml", 9, 2, "Source/a", "spec", "is wrong too"),
        Diagnostic("specs/b.yaml", 0, 0, message="cannot be read"),
    ]

    text = junit.validate((), errors)

    assert cases(text) == {"Source/a": ["failure invalid"], "specs/b.yaml": ["failure invalid"]}
    (first, _) = ET.fromstring(text).iter("testcase")
    assert (first.get("file"), first.get("line")) == ("specs/a.yaml", "4")


def test_valid_specs_are_test_cases_that_pass() -> None:
    assert cases(junit.validate(["Source/b", "Source/a"], ())) == {"Source/a": [], "Source/b": []}


def test_no_name_breaks_the_document() -> None:
    odd = 'x<&>"\x00\x1b]]>\ud800'
    text = junit.plan(
        plan_of(finding(ORDERS.of(odd), Verdict.BLOCKED, odd), finding(LINK, Verdict.CHANGE, odd))
    )

    ET.fromstring(text.encode())
    assert text.isprintable() or text.replace("\n", "").isprintable()


def test_the_same_plan_has_the_same_bytes() -> None:
    plan = plan_of(start("a"), start("b"))

    assert junit.plan(plan) == junit.plan(plan)


def test_known_drift_passes_in_a_report_of_drift_only() -> None:
    known = {"known": "known until 2030-01-01T00:00:00Z (INC-7, Policy/p)"}
    held = replace(finding(LINK.of("a"), Verdict.BLOCKED, "it failed"), failed=True, **known)
    plan = plan_of(held)

    assert cases(junit.drift(plan)) == {"ClusterLink/east-to-west": []}
    assert cases(junit.plan(plan)) == {"ClusterLink/east-to-west": ["failure blocked"]}


def properties(text: str) -> dict[str | None, str | None]:
    return {one.get("name"): one.get("value") for one in ET.fromstring(text).iter("property")}


def test_reports_of_several_environments_are_told_apart() -> None:
    plan = plan_of(environment="prod", partial=True)
    suites = [junit.plan(plan), junit.drift(plan), junit.validate([], [], "prod", partial=True)]
    names = [suite.get("name") for text in suites for suite in ET.fromstring(text)]

    assert names == [
        "reconciler plan of prod",
        "reconciler drift of prod",
        "reconciler validate of prod",
    ]
    assert [properties(text) for text in suites] == [{"environment": "prod", "partial": "true"}] * 3
    assert properties(junit.plan(plan_of())) == {}
