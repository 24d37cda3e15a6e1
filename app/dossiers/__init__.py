"""一人一档: children, guardians and immutable, encrypted submissions.

It knows no process and no task.
"""
