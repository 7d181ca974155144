"""Resolved credentials: what signs requests. Secrets stay wrapped until the moment of signing."""

from dataclasses import dataclass
from typing import TypeAlias

from reconciler.model.secret import Secret


@dataclass(frozen=True, slots=True)
class StreamkapCredential:
    """An API token of one Streamkap project (`docs/apis/streamkap.md#auth`).

    Attributes:
        client_id: Its client id.
        client_secret: Its secret.
    """

    client_id: Secret
    client_secret: Secret


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A cluster API key, sent as HTTP Basic (`docs/apis/confluent.md#auth`).

    Attributes:
        key: The key.
        secret: Its secret.
    """

    key: Secret
    secret: Secret


@dataclass(frozen=True, slots=True)
class BearerToken:
    """An OAuth token that somebody else renews (`docs/apis/confluent.md#auth`).

    Attributes:
        token: The token.
    """

    token: Secret


ConfluentCredential: TypeAlias = ApiKey | BearerToken
Credential: TypeAlias = StreamkapCredential | ApiKey | BearerToken
