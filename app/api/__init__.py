"""The same acts as JSON, one file per resource.

It refuses cookies and decides nothing that the pages would not decide the same way.
"""
