"""The invented cases of the demonstration: what happened in them is told in `data/`, and done here by the real acts.

Knows the acts and the clock it sets while it tells; writes no row of its own, so every record proves itself.
"""

from app.cli.demo_cases.tell import tell_all

__all__ = ["tell_all"]
