"""FEEL (DMN 1.3 chapter 10): lexer, parser with scope-aware names, values, evaluator.

It knows nobody.
"""
