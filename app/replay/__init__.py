"""Rebuilds any case from its record and shows where it differs.

It changes nothing and knows no page.
"""
