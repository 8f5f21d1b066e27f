"""One rule has one name everywhere."""

import re
from pathlib import Path
from typing import get_args

from scheduler.solver.cpsat import constraints
from scheduler.verify import bookings, limits, relations, resources, runs, sequences, travel
from scheduler.verify.rules import RULES
from scheduler.verify.violation import RuleName

ROOT = Path(__file__).parents[2]


def test_rule_names_agree_between_verifier_documents_and_solver() -> None:
    headings = re.findall(r"^## (\w+)$", (ROOT / "docs" / "rules.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    files = {each.stem for each in Path(constraints.__file__).parent.glob("*.py")} - {"__init__"}
    assert list(RULES) == headings
    assert set(RULES) == set(get_args(RuleName)) == set(constraints.RULES) == files


def test_rules_say_where_each_check_is() -> None:
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    named = re.findall(r"`(\w+)\.(check_\w+)`", text)
    modules = {each.__name__.rpartition(".")[2]: each for each in (bookings, limits, relations, resources, runs, sequences, travel)}
    assert [getattr(modules[module], name) for module, name in named] == list(RULES.values())
