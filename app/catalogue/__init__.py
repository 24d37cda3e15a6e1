"""Published process versions, addressed by digest: the closure of diagrams, tables, forms and settings.

It knows no case; a case reads only what is here.
"""
