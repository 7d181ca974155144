"""Confluent Cluster Linking: pausing mirror topics.

`wire` has the shapes of its JSON, `client` one method per endpoint, `observe` makes what was asked
for of them, `calls` (pure) renders changes and reads answers, `provider` is the whole behind the seam.
"""

from reconciler.providers.confluent.provider import ConfluentProvider

__all__ = ["ConfluentProvider"]
