"""Work in the background: the worker's loop, leases, and long work in chunks that another worker can go on with.

It knows no job by name: what a name means is a table given to it.
"""
