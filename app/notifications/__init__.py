"""Decides who is told what, by which channel, in which words.

It knows no page.
"""
