"""Drafting, checking, comparing and publishing processes, with four eyes.

It knows no page.
"""
