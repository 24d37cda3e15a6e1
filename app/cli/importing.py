"""flask process import PATH · flask process walk PATH"""

from pathlib import Path

import click

from app import clock
from app.calendar.clocks import ClockRefused
from app.catalogue.bundle import Bundle
from app.catalogue.importing import import_bpmn
from app.catalogue.importing.keys import check_key, key_for
from app.catalogue.lint import lint_bundle
from app.catalogue.published import Published, compile_bundle, settings_of
from app.catalogue.walk import Walked, walk
from app.cli.bundles import beside, read_bundle, say, write_bundle
from app.engine.model import DefinitionRefused
from app.errors import Refusal
from app.forms.model import FormRefused
from app.texts import sentence


@click.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), help="写入这个文件夹；不写只看报告。")
@click.option("--key", help="流程代码；不写取自文件名。")
def import_command(path: Path, to: Path | None, key: str | None) -> None:
    """导入 PATH（任何工具画的 BPMN 文件），说明改动了什么、还差什么。"""
    try:
        chosen = check_key(key) if key else key_for(path.stem)
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    made = import_bpmn(path.read_bytes(), key=chosen, source=path.name)
    if not made.files:
        say(made.findings)
        raise SystemExit(1)
    bundle = Bundle(chosen, {f"{chosen}/{name}": text for name, text in made.files.items()})
    errors = say((*made.findings, *lint_bundle(bundle, {})))
    click.echo("可以发布。" if not errors else "以上错误改正后才能发布。")
    if to is not None:
        click.echo(f"已写入 {write_bundle(bundle, to)}")
    else:
        click.echo("只看报告，没有写入；要写入请加 --to 文件夹。")
    raise SystemExit(1 if errors else 0)


@click.command("walk")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
def walk_command(path: Path) -> None:
    """试走 PATH（workflows/<key>）：编造回答走到结束，看每一步能不能走到。"""
    version = _compiled(path)
    found = walk(version, at=clock.now())
    click.echo(_told(version, found))
    raise SystemExit(0 if found.ended == found.runs and not found.missed else 1)


def _compiled(path: Path) -> Published:
    bundle = read_bundle(path)
    try:
        others = beside(path)
        return compile_bundle(bundle.with_called(others[key] for key in settings_of(bundle, bundle.key).called))
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    except (DefinitionRefused, FormRefused, ClockRefused, KeyError) as problem:
        raise click.ClickException(f"流程包未通过检查，请先运行 flask process lint {path}") from problem


def _told(version: Published, found: Walked) -> str:
    nodes = version.definition.nodes
    lines = [f"走了 {found.runs} 遍，{found.ended} 遍走到结束；共走过 {len(found.seen)} 个元素，全图 {len(nodes)} 个。"]
    lines += [f"没有走到：{nodes[node].name}（{node}）" for node in found.missed]
    if found.missed:
        lines.append("试走只会选取值、答是否，不会填日期、金额和名单；靠这些才走得到的步骤要用情景测试来走。")
    lines += [f"停在：{problem}" for problem in found.problems]
    return "\n".join(lines)
