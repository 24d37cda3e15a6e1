"""One folder per other department: plain data in, plain data out, each with its fake.

It knows no case.
"""
