import pytest

from tests.unit.sandbox.api import Api


def token(api, **body):
    return api.call("POST", "/auth/access-token", body)


def test_credentials_become_a_pair_of_tokens():
    answer = token(Api(), client_id="demo", secret="hush").json()

    assert {name: type(value) for name, value in answer.items()} == {
        "accessToken": str,
        "refreshToken": str,
        "expires": str,
        "expiresIn": int,
    }
    assert (answer["expires"], answer["expiresIn"]) == ("2027-01-15T09:00:00Z", 3600)


def test_every_token_is_another_one():
    api = Api()

    assert (
        len({token(api, client_id="demo", secret="hush").json()["accessToken"] for _ in range(3)})
        == 3
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"client_id": "demo", "secret": "wrong"}, 401),
        ({"client_id": "other", "secret": "hush"}, 401),
        ({"project_key": "key"}, 401),
        ({"project_key": "key", "client_id": "demo", "secret": "hush"}, 200),
        ({"client_id": "demo"}, 422),
        ({}, 422),
        ({"client_id": "\ud800", "secret": "\ud800"}, 401),
    ],
    ids=str,
)
def test_only_known_credentials_get_one(body, status):
    assert token(Api(), **body).status_code == status


def test_a_token_ends_with_its_time():
    api = Api()
    api.time += 3599.9
    before = api.call("GET", "/sources").status_code
    api.time += 0.1

    after = api.call("GET", "/sources")

    assert (before, after.status_code) == (200, 401)
    assert after.json() == {"detail": "Unauthorized: the token has expired"}


def test_a_refresh_token_gives_a_new_pair():
    api = Api()
    pair = token(api, client_id="demo", secret="hush").json()
    api.time += 7200
    fresh = api.post("/auth/access-token/refresh", {"refresh_token": pair["refreshToken"]})
    api.headers["authorization"] = f"bearer {fresh['accessToken']}"

    assert api.call("GET", "/sources").status_code == 200


def test_an_access_token_does_not_refresh_and_a_refresh_token_does_not_open():
    api = Api()
    pair = token(api, client_id="demo", secret="hush").json()
    refreshed = api.call(
        "POST", "/auth/access-token/refresh", {"refresh_token": pair["accessToken"]}
    )
    api.headers["authorization"] = f"Bearer {pair['refreshToken']}"

    assert (refreshed.status_code, api.call("GET", "/sources").status_code) == (401, 401)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Bearer x.y", "Basic ZGVtbzpodXNo", "Bearer ü.ü"]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/sources"),
        ("POST", "/sources/snapshot"),
        ("POST", "/topics/bulk/snapshot"),
        ("GET", "/dashboard/lineage"),
    ],
)
def test_everything_else_needs_a_token(header, method, path):
    api = Api()
    api.headers["authorization"] = header.encode()

    answer = api.call(method, path)

    assert (answer.status_code, answer.json()) == (
        401,
        {"detail": "Unauthorized: invalid or missing token"},
    )


def test_a_token_of_a_credential_that_is_gone_opens_nothing():
    api = Api()
    world = api.get("/_sandbox/world")
    world["streamkap"]["credentials"] = [{"clientId": "demo", "secret": "changed"}]
    api.put("/_sandbox/world", world)

    assert api.call("GET", "/sources").status_code == 401
