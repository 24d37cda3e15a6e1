"""Working days and statutory clocks: every due date can say why, line by line, citing the law.

It knows facts and limits only as plain values, never a case.
"""
