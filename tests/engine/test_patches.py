"""Each change made to SpiffWorkflow 3.2.0, and why. A new version must pass here before it is used."""

import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest
import SpiffWorkflow.bpmn.specs.event_definitions.timer as spiff_timer
import SpiffWorkflow.task as spiff_task
from SpiffWorkflow.bpmn.util.task import BpmnTaskIterator
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskIterator
from SpiffWorkflow.version import __version__

from app.engine import Definition, compile_definition, patches
from app.engine.case import Case, Tree
from tests.engine.drawing import bpmn, chain, end, exclusive, flow, handler, parallel, start, timer, user, users
from tests.engine.walk import begin as begin_walk
from tests.engine.walk import sources

FORK = bpmn(start(), users("a", "b", "c"), end(), chain("start", "a", "b", "end"), chain("a", "c", "end"))
LINE = bpmn(start(), users("a", "b", "c"), end(), chain("start", "a", "b", "c", "end"))
ROOT = Path(__file__).parents[2]


@pytest.fixture
def definition() -> Definition:
    return compile_definition(sources(LINE))


def upstream(code: str) -> str:
    """Run a program on the library as it comes, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_the_version_is_the_one_that_was_patched():
    assert patches.VERSION == __version__ == "3.2.0"
    assert f"SpiffWorkflow=={__version__}".lower() in (ROOT / "requirements.in").read_text().lower()


def test_ids_and_time_do_not_exist_outside_advance(definition):
    case = Case(definition.program)
    with pytest.raises(patches.OutsideAdvance):
        Tree(definition.program.spec, definition.program.inner, script_engine=case)
    with pytest.raises(patches.OutsideAdvance):
        spiff_task.time.time()
    with patches.running(case):
        Tree(definition.program.spec, definition.program.inner, script_engine=case)
        with pytest.raises(patches.OutsideAdvance):
            spiff_timer.datetime.now(None)
    assert case.last_id > 0


def test_the_library_takes_ids_and_time_where_we_replaced_them():
    source = Path(spiff_task.__file__).read_text()
    assert set(re.findall(r"\b(?:uuid\w*|time\.\w+)\(", source)) == {"uuid4(", "time.time("}
    others = [path for path in Path(spiff_task.__file__).parent.rglob("*.py") if "uuid4" in path.read_text()]
    assert [path.name for path in others if "serializer" not in path.parts] == ["task.py"]


def test_upstream_predicts_the_whole_line_and_we_one_step(definition):
    case = Case(definition.program)
    with patches.running(case):
        tree = Tree(definition.program.spec, definition.program.inner, script_engine=case)
    assert sorted(task.task_spec.name for task in tree.tasks.values()) == ["Start", "start"]
    upstream_names = upstream(
        "from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser\n"
        "from SpiffWorkflow.bpmn.workflow import BpmnWorkflow\n"
        f"p = BpmnParser(); p.add_bpmn_str({LINE!r})\n"
        "print(*sorted(t.task_spec.name for t in BpmnWorkflow(p.get_spec('p')).tasks.values()))"
    )
    assert upstream_names == "End Start a b c end p.EndJoin start"


def test_upstream_fires_a_join_in_the_second_round_of_a_loop_too_early():
    """Why joins are ours: in round 2 the branch that came last in round 1 is enough."""
    xml = bpmn(start(), parallel("fork", "join"), users("a", "b", "sign"), exclusive("again", "done"), end(),
               chain("start", "fork", "a", "join", "sign", "again"), chain("fork", "b", "join"),
               flow("again", "fork", "True"), flow("again", "end", id="done"))  # fmt: skip
    told = upstream(
        "from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser\n"
        "from SpiffWorkflow.bpmn.workflow import BpmnWorkflow\n"
        f"p = BpmnParser(); p.add_bpmn_str({xml!r})\n"
        "w = BpmnWorkflow(p.get_spec('p')); w.do_engine_steps()\n"
        "def do(name):\n"
        "    next(t for t in w.get_tasks(state=16) if t.task_spec.name == name).run(); w.do_engine_steps()\n"
        "for name in ('a', 'b', 'sign', 'b'): do(name)\n"
        "print(*sorted(t.task_spec.name for t in w.get_tasks(state=16)))"
    )
    assert told == "a sign"


LISTENS = bpmn(start(), user("a"), end(), chain("start", "a", "end"),
               handler("h", timer('"P7D"'), end("h_out"), chain("h_on", "h_out")))  # fmt: skip


def test_upstream_cannot_end_while_it_listens():
    """Why the end of a scope is ours: nobody is left, but an event sub-process could still begin."""
    told = upstream(
        "from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser\n"
        "from SpiffWorkflow.bpmn.workflow import BpmnWorkflow\n"
        f"p = BpmnParser(); p.add_bpmn_str({LISTENS!r})\n"
        "w = BpmnWorkflow(p.get_spec('p'), p.get_subprocess_specs('p')); w.do_engine_steps()\n"
        "next(t for t in w.get_tasks(state=16) if t.task_spec.name == 'a').run(); w.do_engine_steps()\n"
        "print(w.completed, *sorted(t.task_spec.name for t in w.get_tasks(state=8)))"
    )
    assert told == "False h_on p.EndJoin"
    assert begin_walk(LISTENS).start().complete("a").last.ended == "end"


def test_upstream_does_not_read_several_flows_behind_a_task():
    told = upstream(
        "from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser\n"
        f"p = BpmnParser(); p.add_bpmn_str({FORK!r}); p.get_spec('p')"
    )
    assert "Multiple outgoing flows are not supported" in told
    assert begin_walk(FORK).start().complete("a").open == ["b#1", "c#1"]


def test_walks_over_the_tree_have_no_depth_limit():
    assert TaskIterator.__init__.__defaults__ == (None, patches.UNLIMITED, True, None)
    assert BpmnTaskIterator.__init__.__defaults__ == (None, patches.UNLIMITED, True, False, None)
    told = upstream(
        "from SpiffWorkflow.util.task import TaskIterator as T; from SpiffWorkflow.bpmn.util.task import"
        " BpmnTaskIterator as B; print(T.__init__.__defaults__, B.__init__.__defaults__)"
    )
    assert told == "(None, 1000, True, None) (None, 1000, True, False, None)"


def test_no_data_travels_along_the_tree():
    walk = begin_walk(LINE, n="number").start(n=1).complete("a", n=2)
    case = Case(walk.definition.program)
    with patches.running(case):
        tree = Tree(walk.definition.program.spec, {}, script_engine=case)
        task = next(iter(tree.tasks.values()))
        task.data["n"] = 1
        child = task.children[0]
        child._inherit_data()
    assert child.data == {}


def test_methods_are_replaced_where_the_library_defines_them():
    """A subclass of the library that brings its own would slip past the patch."""
    root = Path(spiff_task.__file__).parent
    defined = re.compile(
        r"def (_update|_predict|_set_state|_inherit_data|_add_child|_sync_children|_on_ready|update_waiting_tasks)\("
    )
    found = sorted((path.name, name) for path in root.rglob("*.py") for name in defined.findall(path.read_text()))
    assert found == [
        ("base.py", "_on_ready"), ("base.py", "_predict"), ("base.py", "_update"), ("task.py", "_add_child"),
        ("task.py", "_inherit_data"), ("task.py", "_set_state"), ("task.py", "_sync_children"), ("workflow.py", "_predict"),
        ("workflow.py", "update_waiting_tasks"),
    ]  # fmt: skip
    assert TaskSpec._update is patches._update


def test_a_spec_is_read_only_once_it_is_wired():
    """Upstream connects callbacks and edits outputs while an instance runs; ours is the same after any walk."""
    walk = begin_walk(LINE)
    spec = walk.definition.program.spec
    before = {name: (list(s._outputs), s.completed_event.n_subscribers()) for name, s in spec.task_specs.items()}
    walk.start().complete("a").complete("b").complete("c")
    after = {name: (list(s._outputs), s.completed_event.n_subscribers()) for name, s in spec.task_specs.items()}
    assert before == after


def test_python_is_never_reached():
    """The library's own engine would run this as Python; ours never constructs it."""
    walk = begin_walk(bpmn(start(), user("a"), end(), chain("start", "a", "end"))).start()
    case = Case(walk.definition.program)
    with patches.running(case):
        tree = Tree(walk.definition.program.spec, {}, script_engine=case)
    assert tree.script_engine is case
    with pytest.raises(Exception, match="script_refused"):
        tree.script_engine.execute(None, "import os")


def test_the_library_logs_nothing_of_a_case(caplog):
    walk = begin_walk(LINE, note="text").start(note="secret")
    walk.complete("a").complete("b").complete("c")
    assert caplog.records == []
    assert {logging.getLogger(name).level for name in ("spiff.task", "spiff.workflow")} == {logging.WARNING}
