"""The only place that speaks HTTP: signing, pace, retries, and the lock on writes.

`session` sends one request with httpx, `failures` turns httpx's exceptions into ours, `transport`
wraps both in everything a connection needs.
"""

from reconciler.providers.transport.transport import Transport

__all__ = ["Transport"]
