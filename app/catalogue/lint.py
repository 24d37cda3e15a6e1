"""Looking at a bundle as publishing would, without publishing: every finding at once."""

from collections.abc import Mapping, Set

from app.calendar.clocks import ClockRefused
from app.catalogue.bundle import Bundle
from app.catalogue.fit import check_characters, check_drawn, check_roles
from app.catalogue.named import unknown_names
from app.catalogue.published import compile_bundle, settings_of
from app.engine.model import DefinitionRefused, Finding
from app.errors import Refusal
from app.forms.model import FormRefused
from app.texts import sentence


def lint_bundle(
    bundle: Bundle, others: Mapping[str, Bundle], registered: Set[str] = frozenset()
) -> tuple[Finding, ...]:
    """What is wrong with the bundle.

    Args:
        others: the bundles it may call, by key.
        registered: codes of limits that the register of parameters holds besides its own.
    """
    try:
        called = [others[key] for key in settings_of(bundle, bundle.key).called if key in others]
        whole = bundle.with_called(called)
        check_characters(whole)
        check_drawn(bundle)
        version = compile_bundle(whole)
        check_roles(version)
    except DefinitionRefused as problem:
        return problem.findings
    except FormRefused as problem:
        return tuple(Finding(f.form, f.field, f.code, str(f), "") for f in problem.findings)
    except ClockRefused as problem:
        return tuple(Finding("process.toml", bundle.key, "clock_refused", one, "") for one in problem.findings)
    except Refusal as refusal:
        return (Finding(refusal.code, bundle.key, refusal.code, sentence(refusal), ""),)
    return (*unknown_names(version, registered), *version.warnings)
