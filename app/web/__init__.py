"""Jinja pages, one file per screen; each turns a form into one call of an act.

It decides nothing that the API would not decide the same way.
"""
