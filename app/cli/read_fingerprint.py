"""A fingerprint as people copy it: with spaces or colons, in capitals."""

import re

import click

WHOLE = re.compile(r"[0-9a-f]{64}")


def read_fingerprint(text: str) -> str:
    """64 hexadecimal digits. Raises click.ClickException."""
    found = re.sub(r"[\s:：]", "", text).lower()
    if not WHOLE.fullmatch(found):
        raise click.ClickException("--trust 应为 64 位十六进制数字的完整指纹，请照公告核对。")
    return found
