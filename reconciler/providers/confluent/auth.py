"""Confluent's signature: an API key or a bearer token, the same for every request.

Source: `docs/apis/confluent.md#auth`.
"""

from base64 import b64encode
from collections.abc import Generator

from reconciler.providers.credential import ApiKey, BearerToken, ConfluentCredential
from reconciler.providers.exchange import Answer, Ask


class FixedSigner:
    """Signs with what it was given; a 401 is final."""

    def __init__(self, credential: ConfluentCredential) -> None:
        """Render the header once.

        Args:
            credential: What signs.
        """
        self._secrets: tuple[str, ...]
        match credential:
            case ApiKey(key, secret):
                pair = f"{key.reveal()}:{secret.reveal()}".encode()
                self._header = f"Basic {b64encode(pair).decode()}"
                signature = self._header.removeprefix("Basic ")
                self._secrets = (signature, secret.reveal(), key.reveal())
            case BearerToken(token):
                self._header = f"Bearer {token.reveal()}"
                self._secrets = (token.reveal(),)

    def flow(self, _refused: str, _now: float, /) -> Generator[Ask, Answer, str]:
        """See `Signer.flow`; asks for nothing."""
        yield from ()
        return self._header

    def check(self, _answer: Answer, /) -> None:
        """See `Signer.check`; there is never an answer."""

    def secrets(self) -> tuple[str, ...]:
        """See `Signer.secrets`."""
        return self._secrets
