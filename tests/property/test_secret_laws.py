"""No secret leaves, wherever the vendor sends it back and whatever breaks on the way."""

import json
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.core import outcomes
from reconciler.engine.planning import Planned
from reconciler.render import json_view, markdown, planfile, text
from reconciler.render.view import View
from tests.support.estate import new_ledger
from tests.support.rich import RICH_SPECS, RICH_WORLD
from tests.support.saved import saved_of
from tests.support.stage import Applied, Stage

NAME, SECRET = "canary-name-7c1f", "canary-secret-9b2e"
WRONG = "canary-wrong-41d0"
PATHS = ["", "/auth", "/sources/snapshot", "/topics/bulk", "/dashboard", "mirrors", "/links"]
STATUSES = [400, 401, 403, 404, 409, 422, 429, 500]
ECHOES = st.fixed_dictionaries(
    {
        "path": st.sampled_from(PATHS),
        "status": st.sampled_from(STATUSES),
        "times": st.sampled_from([1, 3, None]),
        "skip": st.integers(0, 2),
    }
)


def _world() -> dict[str, object]:
    made = json.loads(json.dumps(RICH_WORLD, default=str))
    made["streamkap"]["credentials"] = [{"clientId": NAME, "secret": SECRET}]
    made["confluent"]["credentials"] = [{"key": NAME, "secret": SECRET}]
    return made


def _echo(rule: dict[str, object], secret: str) -> dict[str, object]:
    sentence = f"no: {secret} of {NAME}, Bearer {secret}"
    return rule | {
        "effect": "status",
        "body": {"detail": sentence, "error_code": 500, "message": sentence},
        "headers": {"x-request-id": "r1"},
    }


def _shown_of(planned: Planned) -> list[str]:
    plan, view = planned.plan, View(verbose=True)
    words = outcomes.of_plan(plan)
    return [
        text.plain(text.plan(plan, view)),
        markdown.plan(plan, view),
        json_view.dumps(json_view.plan(plan, words)),
        planfile.write(saved_of(planned)),
        repr(planned),
    ]


def _shown(applied: Applied) -> list[str]:
    plan, report, view = applied.planned.plan, applied.report, View(verbose=True)
    words = outcomes.of_apply(plan, report)
    return [
        *_shown_of(applied.planned),
        text.plain(text.report(report, plan, view)),
        markdown.report(report, plan),
        json_view.dumps(json_view.report(report, plan, words)),
        *(event.text for event in applied.events),
        repr(applied),
    ]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ECHOES, max_size=3), st.booleans())
def test_no_secret_leaves(echoes, is_accepted):
    """Not into a plan, its file, a report, what is told on the way, an error, or the ledger."""
    secret = SECRET if is_accepted else WRONG
    with tempfile.TemporaryDirectory() as folder:
        ledger = new_ledger(Path(folder))
        stage = Stage(_world(), RICH_SPECS, credential=(NAME, secret), ledger=ledger)
        stage.fail(*(_echo(rule, secret) for rule in echoes))
        pages = [*_shown(stage.apply()), *_shown(stage.apply())]
        pages += [repr(ledger.export()), repr(ledger.history()), repr(ledger.journal())]
        ledger.close()
        files = [path.read_bytes() for path in Path(folder).iterdir()]

    assert [page for page in pages if secret in page] == []
    assert [content for content in files if secret.encode() in content] == []
