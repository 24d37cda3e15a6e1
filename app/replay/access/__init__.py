"""The access record as an auditor reads it: who looked at which child's file, why, and what of it is unusual.

It knows no page; the record itself is only ever added to.
"""
