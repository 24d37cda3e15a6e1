"""Reads what waits for a person and which cases they answer for, in the order of their deadlines.

It changes nothing and knows no page.
"""
