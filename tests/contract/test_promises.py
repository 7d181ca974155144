"""What apply sends is what the plan says, to the letter; and no secret is in anything it shows."""

import json
from collections import Counter
from urllib.parse import unquote

import pytest

from reconciler.model.outcome import Outcome
from reconciler.render import json_view, markdown, text
from reconciler.render.view import View
from tests.support.rich import RICH_SPECS, RICH_WORLD
from tests.support.stage import Applied, Stage

READS = ("/auth/", "/dashboard/lineage/topics/batch")


def sent(stage: Stage) -> Counter[tuple[str, str, str]]:
    """Method, path and body of every request of ours that could change something."""
    return Counter(
        (str(r["method"]), unquote(str(r["path"])), json.dumps(r["body"], sort_keys=True))
        for r in stage.requests()
        if r["method"] != "GET" and not str(r["path"]).startswith(READS)
    )


def planned(applied: Applied) -> Counter[tuple[str, str, str]]:
    """The same of every step of the plan."""
    calls = [step.call for step in applied.planned.plan.steps]
    return Counter((c.method, unquote(c.path), json.dumps(c.body, sort_keys=True)) for c in calls)


def test_what_is_sent_is_what_the_plan_shows_call_by_call_and_body_by_body():
    stage = Stage(RICH_WORLD, RICH_SPECS)

    applied = stage.apply()

    assert sent(stage) == planned(applied)
    assert sum(sent(stage).values()) == applied.planned.plan.cost.calls > 0


def test_without_a_word_what_is_sent_is_a_part_of_what_the_plan_shows():
    stage = Stage(RICH_WORLD, RICH_SPECS)

    applied = stage.apply(allow=False)

    assert sum(sent(stage).values()) < sum(planned(applied).values())
    assert {(method, path) for method, path, _ in sent(stage)} <= {
        (method, path) for method, path, _ in planned(applied)
    }


@pytest.mark.parametrize("path", ["/sources/snapshot", "/topics/bulk/snapshot", ".*mirrors:pause"])
def test_no_secret_is_in_anything_that_is_shown(path: str):
    """Also where the vendor sends the credential back in an error."""
    name, secret = "canary-name-7c1f", "canary-secret-9b2e"
    world = json.loads(json.dumps(RICH_WORLD, default=str))
    world["streamkap"]["credentials"] = [{"clientId": name, "secret": secret}]
    world["confluent"]["credentials"] = [{"key": name, "secret": secret}]
    stage = Stage(world, RICH_SPECS, credential=(name, secret))
    echo = {"detail": f"no: {secret}", "error_code": 500, "message": f"no: {secret}"}
    stage.fail(
        {
            "method": "POST",
            "path": path,
            "effect": "status",
            "status": 422,
            "body": json.dumps(echo),
        }
    )

    applied = stage.apply()

    plan, report, view = applied.planned.plan, applied.report, View(verbose=True)
    shown = [
        text.plain(text.plan(plan, view)),
        text.plain(text.report(report, plan, view)),
        markdown.plan(plan, view),
        markdown.report(report, plan),
        json_view.dumps(json_view.plan(plan, (Outcome.OK,))),
        json_view.dumps(json_view.report(report, plan, (Outcome.OK,))),
        repr(applied),
    ]
    assert [secret in page for page in shown] == [False] * len(shown)
