"""Signed messages with the nodes of other provinces.

It knows no page.
"""
