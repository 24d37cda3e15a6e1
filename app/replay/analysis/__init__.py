"""What an auditor may want to look at among many cases: found by comparing them, proved by nothing but opening one.

It knows no page, keeps nothing and judges nobody.
"""
