"""Commands for operators.

Each is a door: it opens the transaction and calls one act.
"""
