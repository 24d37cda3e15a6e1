"""A process instance is one procedure about (usually) one dossier: where process state meets case data, one file per act.

It knows no page and no request.
"""
