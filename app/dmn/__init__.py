"""FEEL and DMN decision tables in pure Python: one language for gateways, timers, tables, forms and mappings.

It knows nobody: no engine, no database, no clock.
"""
