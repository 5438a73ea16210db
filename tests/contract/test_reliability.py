"""Every fault that the documentation promises an outcome for is held by a test that bears its number."""

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COME_LATER = {26, 27, 34}  # with the scheduler and the inbox for events
_MARK = re.compile(r"pytest\.mark\.fault\(([\d,\s]+)\)")
_LINE = re.compile(r"^\| (\d+) \|", re.MULTILINE)


def marked_tests() -> dict[int, set[str]]:
    """Which test files hold which fault."""
    found = defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for numbers in _MARK.findall(path.read_text(encoding="utf-8")):
            for number in re.findall(r"\d+", numbers):
                found[int(number)].add(path.name)
    return found


def test_every_fault_of_the_table_has_a_test_and_every_number_a_line():
    promised = set(
        map(int, _LINE.findall((ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")))
    )

    assert promised == set(range(1, 39)) - COME_LATER
    assert set(marked_tests()) == promised
