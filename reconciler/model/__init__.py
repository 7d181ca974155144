"""Nouns: frozen, slotted values that every other room speaks in. No I/O, no clock, no library."""
