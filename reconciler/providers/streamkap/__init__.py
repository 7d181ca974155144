"""Streamkap: snapshots of change-data-capture sources.

`wire` has the shapes of its JSON, `client` one method per endpoint, `lookup`, `topics`, `snapshots`
and `state` make what was asked for of them, `observe` puts that together, `calls` and `receipts`
(pure) render changes and read answers, `provider` is the whole behind the seam.
"""

from reconciler.providers.streamkap.provider import StreamkapProvider

__all__ = ["StreamkapProvider"]
