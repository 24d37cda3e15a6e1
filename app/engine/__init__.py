"""The only room that imports SpiffWorkflow: text and bytes in, plain dataclasses out.

It knows no database, no clock, no request and no other room but dmn.
"""
