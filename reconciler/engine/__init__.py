"""The shell: read the world, let the core judge, carry out what the plan says, watch it settle.

Decides nothing that the core could decide. Sees providers only through `providers.protocol`; time
comes in as a `Clock`.
"""
