"""A field that nobody knows, or that belongs elsewhere."""

from typing import TypeAlias

from reconciler.model.address import Kind
from reconciler.spec import accounts, documents, policies
from reconciler.spec.naming import listed, nearest
from reconciler.spec.parts import Metadata, Part, Suspend
from reconciler.spec.scalars import one_line

_Shape: TypeAlias = tuple[str, ...]
_Models: TypeAlias = dict[_Shape, type[Part]]

# Which model stands where: kind, then pydantic's path without positions in lists.
_MODELS: _Models = {
    ("Connection",): documents.ConnectionDocument,
    ("Connection", "spec", "streamkap"): accounts.StreamkapSpec,
    ("Connection", "spec", "streamkap", "auth"): accounts.StreamkapAuth,
    ("Connection", "spec", "streamkap", "limits"): accounts.Limits,
    ("Connection", "spec", "streamkap", "tls"): accounts.Tls,
    ("Connection", "spec", "confluent"): accounts.ConfluentSpec,
    ("Connection", "spec", "confluent", "auth"): accounts.ConfluentAuth,
    ("Connection", "spec", "confluent", "limits"): accounts.Limits,
    ("Connection", "spec", "confluent", "tls"): accounts.Tls,
    ("Source",): documents.SourceDocument,
    ("Source", "spec"): documents.SourceSpec,
    ("Source", "spec", "snapshots", "completed"): documents.CompletedRule,
    ("Source", "spec", "snapshots", "idle"): documents.IdleRule,
    ("Source", "spec", "snapshots", "unmanaged"): documents.UnmanagedSnapshotRule,
    ("ClusterLink",): documents.ClusterLinkDocument,
    ("ClusterLink", "spec"): documents.ClusterLinkSpec,
    ("ClusterLink", "spec", "mirrors", "paused"): documents.PausedRule,
    ("ClusterLink", "spec", "mirrors", "active"): documents.ActiveRule,
    ("ClusterLink", "spec", "mirrors", "unmanaged"): documents.UnmanagedMirrorRule,
    ("Policy",): documents.PolicyDocument,
    ("Policy", "spec"): policies.PolicySpec,
    ("Policy", "spec", "selector"): policies.Selector,
    ("Policy", "spec", "windows"): policies.Windows,
    ("Policy", "spec", "windows", "allow"): policies.Window,
    ("Policy", "spec", "windows", "deny"): policies.Window,
    ("Policy", "spec", "acknowledge"): policies.Acknowledge,
}
# What stands in several places.
_MODELS |= dict.fromkeys(
    [
        ("Connection", "spec", provider, "auth", name)
        for provider, name in (
            ("streamkap", "clientId"),
            ("streamkap", "clientSecret"),
            ("confluent", "apiKey"),
            ("confluent", "apiSecret"),
            ("confluent", "token"),
        )
    ],
    accounts.SecretFrom,
)
_MODELS |= dict.fromkeys([(kind, "metadata") for kind in Kind], Metadata)
_MODELS |= dict.fromkeys(
    [
        ("Connection", "spec", "streamkap", "suspend"),
        ("Connection", "spec", "confluent", "suspend"),
        ("Source", "spec", "suspend"),
        ("ClusterLink", "spec", "suspend"),
    ],
    Suspend,
)
# Where a model was chosen by a field, that field and the paths of the choices.
_CHOSEN_BY = {
    ("Connection", "spec"): "provider",
    ("Source", "spec", "snapshots"): "state",
    ("ClusterLink", "spec", "mirrors"): "state",
}


def unknown_field(
    loc: tuple[str | int, ...], kind: str, *, is_quoted: bool = True
) -> tuple[str, str]:
    """What is wrong with a field, and what to do.

    Args:
        loc: pydantic's path to it.
        kind: Kind of the document.
        is_quoted: Whether the message may show the name; it may be a secret out of place.
    """
    name = str(loc[-1])
    shape = (kind, *(part for part in loc[:-1] if isinstance(part, str)))
    elsewhere = _elsewhere(name, shape)
    if elsewhere:
        chooser = _CHOSEN_BY[shape[:-1]]
        message = f"`{name}` does not go with `{chooser}: {shape[-1]}`"
        where = listed(f"{chooser}: {choice}" for choice in elsewhere)
        return message, f"remove it; it goes with {where}"
    known = _field_names(_MODELS[shape])
    near = nearest(name, known)
    message = f"unknown field `{one_line(name)}`" if near or is_quoted else "unknown field"
    return message, f"did you mean `{near}`?" if near else f"known here: {', '.join(known)}"


def meant_fields(loc: tuple[str | int, ...], kind: str) -> tuple[tuple[str | int, ...], str]:
    """Where a field that nobody knows stands, and which one it is probably meant to be.

    Args:
        loc: pydantic's path to it.
        kind: Kind of the document.

    Returns:
        The path of the mapping around it, and a field of it or an empty text.
    """
    shape = (kind, *(part for part in loc[:-1] if isinstance(part, str)))
    known = _field_names(_MODELS[shape]) if shape in _MODELS else []
    return loc[:-1], nearest(str(loc[-1]), known) or ""


def is_required(path: tuple[str | int, ...], kind: str) -> bool:
    """Whether a document is wrong without a field.

    Args:
        path: The path of the field in the document, as a person writes it.
        kind: Kind of the document.
    """
    shape = (kind, *(part for part in path[:-1] if isinstance(part, str)))
    models = [
        model
        for place, model in _MODELS.items()
        if place == shape or (place[:-1] == shape and shape in _CHOSEN_BY)
    ]
    return any(path[-1:] == (name,) for model in models for name in _required_names(model))


def _required_names(model: type[Part]) -> set[str]:
    return {
        field.alias or name for name, field in model.model_fields.items() if field.is_required()
    }


def _elsewhere(name: str, shape: _Shape) -> list[str]:
    """The choices beside the one taken with which a field would go."""
    if shape[:-1] not in _CHOSEN_BY:
        return []
    return [
        other[-1]
        for other, model in _MODELS.items()
        if other[:-1] == shape[:-1] and name in _field_names(model)
    ]


def _field_names(model: type[Part]) -> list[str]:
    """The fields of a model as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]
