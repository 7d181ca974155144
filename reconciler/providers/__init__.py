"""Our side of the vendors' APIs: observe and send, in terms of the model. Decides nothing.

`protocol` is the seam the engine sees, `transport` the only place that speaks HTTP; each vendor has
`wire` (shape of its JSON), `client` (one method per endpoint), `observe` (wire to model) and `calls`
(pure: changes to calls, answers to receipts).
"""
