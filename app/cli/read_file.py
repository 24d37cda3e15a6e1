"""A file that somebody names on the command line, of no more bytes than it may have."""

from pathlib import Path

import click

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


def read_file(path: Path, most: int) -> bytes:
    """No more than is needed to see that it is too large: one byte beyond `most`. Raises click.ClickException."""
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as problem:
        raise click.ClickException(f"文件 {path} 读不了，请核对权限。") from problem
