"""What an auditor may want to look at among many cases: found by comparing them, proved by nothing but opening one.

It knows no page and judges nobody. What a run compared and found is kept, on a chain of the deployment.
"""
