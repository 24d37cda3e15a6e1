"""调卷与应诉: an outside authority asks for a file; one person extracts it, another approves.

Nothing is written to the case; each request has a chain of its own.
"""
