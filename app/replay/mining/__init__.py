"""Event logs for process mining, made from what was recorded: who is in them is a pseudonym, what was answered is not.

It knows no page and keeps nothing.
"""
