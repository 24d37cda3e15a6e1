"""People, roles, organisations and divisions, and the one answer to: may this person do this here?

It knows no case, no task and no page.
"""
