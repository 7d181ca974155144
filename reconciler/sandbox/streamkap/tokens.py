"""Access tokens: signed facts, so that none has to be remembered; `docs/apis/streamkap.md#auth`."""

import base64
import hashlib
import hmac

from reconciler.records import Struct
from reconciler.sandbox import json_text
from reconciler.sandbox.fields import section
from reconciler.sandbox.streamkap.call import Call, Refused
from reconciler.sandbox.streamkap.nouns import Credential, Project
from reconciler.sandbox.times import format_time

ACCESS, REFRESH = "access", "refresh"


class Claim(Struct, frozen=True):
    """What a token says of itself."""

    kind: str
    client_id: str
    expires: float
    serial: int


def issue(call: Call) -> dict[str, object]:
    """`POST /auth/access-token`: credentials for a token.

    Raises:
        Refused: 401 for credentials that the world does not know, 422 for a body without them.
    """
    project_key = call.body.maybe_text("project_key")
    if project_key is not None and not call.body.has("client_id"):
        raise Refused(401, "Invalid project key")
    client_id, secret = call.body.text("client_id"), call.body.text("secret")
    for known in call.state.project.credentials:
        if known == Credential(client_id, secret):
            return _answer(call, known)
    raise Refused(401, "Invalid client credentials")


def renew(call: Call) -> dict[str, object]:
    """`POST /auth/access-token/refresh`: a refresh token for a new pair.

    Raises:
        Refused: 401 for a token that is wrong or expired.
    """
    given = call.body.text("refresh_token")
    return _answer(call, owner(given, REFRESH, call.state.project, call.now))


def owner(token: str, kind: str, project: Project, now: float) -> Credential:
    """Whose token it is.

    Args:
        token: The token as it came.
        kind: `access` or `refresh`.
        project: Knows the credentials.
        now: The sandbox's time.

    Raises:
        Refused: 401: not one of ours, of another kind, of a credential that is gone, or expired.
    """
    for credential in project.credentials:
        claim = _verified(token, credential)
        if claim is not None and claim.kind == kind:
            if claim.expires <= now:
                raise Refused(401, "Unauthorized: the token has expired")
            return credential
    raise Refused(401, "Unauthorized: invalid or missing token")


def _answer(call: Call, credential: Credential) -> dict[str, object]:
    timing = call.context.timing
    expires = call.now + timing.token
    serial = call.context.request_number
    access = Claim(ACCESS, credential.client_id, expires, serial)
    refresh = Claim(REFRESH, credential.client_id, call.now + timing.refresh_token, serial)
    return {
        "accessToken": _signed(access, credential),
        "refreshToken": _signed(refresh, credential),
        "expires": format_time(expires),
        "expiresIn": int(timing.token),
    }


def _signed(claim: Claim, credential: Credential) -> str:
    facts = {
        "kind": claim.kind,
        "sub": claim.client_id,
        "exp": claim.expires,
        "n": claim.serial,
    }
    payload = base64.urlsafe_b64encode(json_text.encode(facts).encode()).decode().rstrip("=")
    return f"{payload}.{_signature(payload, credential)}"


def _signature(payload: str, credential: Credential) -> str:
    key = f"{credential.client_id}\n{credential.secret}".encode(errors="backslashreplace")
    return hmac.new(key, payload.encode(errors="backslashreplace"), hashlib.sha256).hexdigest()


def _verified(token: str, credential: Credential) -> Claim | None:
    payload, _, signature = token.partition(".")
    expected = _signature(payload, credential)
    if not hmac.compare_digest(signature.encode(errors="backslashreplace"), expected.encode()):
        return None
    padded = payload + "=" * (-len(payload) % 4)
    facts = section("token", json_text.decode(base64.urlsafe_b64decode(padded)))
    return Claim(
        kind=facts.text("kind"),
        client_id=facts.text("sub"),
        expires=facts.number("exp", 0.0),
        serial=facts.count("n", 0),
    )
