"""Where a secret is found may differ by environment; no values file holds one."""

from pathlib import Path

import pytest

from reconciler.errors import SpecInvalid
from reconciler.spec import Chosen, load
from tests.unit.spec.chosen import write_specs
from tests.unit.spec.writing import NOW

SECRET = "hunter2"
AUTH = """\
apiVersion: reconciler.dev/v1alpha1
kind: Connection
metadata: {name: c}
spec:
  provider: streamkap
  endpoint: https://api.streamkap.com
  auth: {clientId: {env: "${ID}"}, clientSecret: %s}
"""


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ('"${S}"', f"values: {{ID: A, S: {SECRET}}}\n"),
        ('"x${S}"', f"values: {{ID: A, S: {SECRET}}}\n"),
        (f'"${{{SECRET}}}"', "values: {ID: A}\n"),
        (
            "{env: B}",
            (
                "values: {ID: A}\n"
                f"overlays: {{Connection/c: {{spec: {{auth: {{clientSecret: {SECRET}}}}}}}}}\n"
            ),
        ),
        (
            "{env: B}",
            (
                "values: {ID: A}\n"
                f"overlays: {{Connection/c: {{spec: {{auth: {{clientSecret: !x {SECRET}}}}}}}}}\n"
            ),
        ),
    ],
)
def test_a_secret_is_refused_and_not_quoted(written: str, values: str, tmp_path: Path):
    write_specs(tmp_path, AUTH % written, values)
    with pytest.raises(SpecInvalid) as caught:
        load([tmp_path / "specs"], now=NOW, chosen=Chosen("prod"))

    told = str(caught.value)
    assert "spec.auth.clientSecret" in told
    assert SECRET not in told


def test_where_a_secret_is_found_may_differ(tmp_path: Path):
    write_specs(tmp_path, AUTH % "{env: B}", "values: {ID: PROD_ID}\n")
    found = load([tmp_path / "specs"], now=NOW, chosen=Chosen("prod"))

    (connection,) = found.connections
    assert connection.auth.client_id is not None
    assert connection.auth.client_id.env == "PROD_ID"
