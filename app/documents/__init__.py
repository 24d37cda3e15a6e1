"""Attachments and letters: sniffed, hashed, limited, sealed, handed out.

It knows no process and no task.
"""
