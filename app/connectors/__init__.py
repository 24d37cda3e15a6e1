"""Other departments: one folder each, plain dicts of codes in and out, each with a fake that keeps the same contract.

It knows no case and no person; what may be asked, on which article and in which situations, each operation declares.
"""
