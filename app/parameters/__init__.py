"""Limits, standards, weights and number series as versioned registers with source, mark and validity.

It knows no process and no case.
"""
