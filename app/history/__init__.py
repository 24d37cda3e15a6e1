"""The append-only, hash-chained record and the verifier that trusts nothing.

It knows no process, no task and no person, only cases, entries and bytes.
"""
