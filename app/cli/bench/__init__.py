"""flask bench: how fast the platform is, on a database of its own, beside two yardsticks measured in the same run.

It times the real acts through the real doors; no room below knows that it is being measured.
"""

from app.cli.bench.approval import bench
from app.cli.bench.engine import engine
from app.cli.bench.fill.command import fill
from app.cli.bench.replay import replay
from app.cli.bench.scale import scale

bench.add_command(engine)
bench.add_command(fill)
bench.add_command(replay)
bench.add_command(scale)

__all__ = ["bench"]
