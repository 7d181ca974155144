"""Resolved credentials: what signs requests. Secrets stay wrapped until the moment of signing."""

from typing import TypeAlias

from reconciler.model.secret import Secret
from reconciler.records import Struct


class StreamkapCredential(Struct, frozen=True):
    """An API token of one Streamkap project (`docs/apis/streamkap.md#auth`).

    Attributes:
        client_id: Its client id.
        client_secret: Its secret.
    """

    client_id: Secret
    client_secret: Secret


class ApiKey(Struct, frozen=True):
    """A cluster API key, sent as HTTP Basic (`docs/apis/confluent.md#auth`).

    Attributes:
        key: The key.
        secret: Its secret.
    """

    key: Secret
    secret: Secret


class BearerToken(Struct, frozen=True):
    """An OAuth token that somebody else renews (`docs/apis/confluent.md#auth`).

    Attributes:
        token: The token.
    """

    token: Secret


ConfluentCredential: TypeAlias = ApiKey | BearerToken
Credential: TypeAlias = StreamkapCredential | ApiKey | BearerToken
