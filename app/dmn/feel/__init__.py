"""FEEL (DMN 1.5 chapter 10): lexer, parser with scope-aware names, values, compiler to closures, built-in functions.

It knows nobody: text and values in, values out; the moment it is asked about is an argument.
"""

from app.dmn.feel.errors import FeelError
from app.dmn.feel.expressions import Expression, UnaryTests, compile_expression, compile_unary_tests

__all__ = ["Expression", "FeelError", "UnaryTests", "compile_expression", "compile_unary_tests"]
