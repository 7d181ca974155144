"""Streamkap's access token: asked for, kept, renewed. Sends nothing itself (`docs/apis/streamkap.md#auth`).

A new token costs one request and needs no memory of the old one, so the refresh token is not used:
it could itself have run out.
"""

import math
from collections.abc import Generator

from reconciler.providers.credential import StreamkapCredential
from reconciler.providers.exchange import Answer, Ask
from reconciler.providers.streamkap import wire

TOKEN_PATH = "/auth/access-token"  # noqa: S105 - a path
_MARGIN = 60.0
_MARGIN_PART = 0.1


class TokenSigner:
    """Signs with a bearer token, renewed shortly before it ends and once after it was refused."""

    def __init__(self, credential: StreamkapCredential) -> None:
        """Begin without a token.

        Args:
            credential: What the token is asked for with.
        """
        self._credential = credential
        self._header = ""
        self._renew_at = -math.inf

    def flow(self, refused: str, now: float, /) -> Generator[Ask, Answer, str]:
        """See `Signer.flow`; a refused header that was replaced meanwhile costs nothing."""
        if now < self._renew_at and self._header != refused:
            return self._header
        answer = yield Ask(
            "POST",
            TOKEN_PATH,
            body={
                "client_id": self._credential.client_id.reveal(),
                "secret": self._credential.client_secret.reveal(),
            },
        )
        token = wire.token(answer.body)
        self._header = f"Bearer {token.value}"
        self._renew_at = now + _useful(token.lifetime)
        return self._header

    def check(self, answer: Answer, /) -> None:
        """See `Signer.check`."""
        wire.token(answer.body)

    def secrets(self) -> tuple[str, ...]:
        """See `Signer.secrets`."""
        return (
            self._credential.client_id.reveal(),
            self._credential.client_secret.reveal(),
            self._header.removeprefix("Bearer "),
        )


def _useful(lifetime: float | None) -> float:
    """Seconds for which a token is used; one without a stated lifetime until it is refused."""
    if lifetime is None or lifetime <= 0:
        return math.inf
    return lifetime - min(_MARGIN, lifetime * _MARGIN_PART)
