"""The wall around DBOS: enqueue in the caller's transaction, worker, recovery.

It knows no job by name.
"""
