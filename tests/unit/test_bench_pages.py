"""What `make bench` writes is made of its numbers alone."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from tests.bench import page, picture, results

MADE = {"date": "2000-01-01", "machine": "2 cores", "versions": "Python 3.11", "parallel": 8}


def compared(command: str, seconds: float, goal: float | None, **changes: Any) -> dict[str, Any]:
    return {
        **{"orgs": 1, "each": 100, "parallel": 16, "runs": 3, "command": command},
        **{"floor": 0.5, "checkpoints": True},
        **{"calls": 9, "expected_calls": 9, "tokens": 1, "expected_tokens": 1},
        **{"seconds": seconds, "nothing": 2.0, "goal": goal, "program": 61, "provider": 0},
        **changes,
    }


def test_the_page_and_the_picture_are_those_of_the_numbers() -> None:
    found = results.read()
    assert page.FILE.read_text("utf-8") == page.text(found)
    assert picture.FILE.read_text("utf-8") == picture.svg(found)


def test_a_goal_that_is_not_reached_is_bold() -> None:
    rows = [
        compared("create", 1.0, 0.5),
        compared("update", 3.0, 0.7),
        compared("no-op", 2.0, None),
    ]
    text = page.text({"one": {"made": MADE, "rows": rows}})
    assert "### 1 org of 100 (`--parallel 16`; best of 3; a stress test)" in text
    assert "| create | 9 | 9 | 1 | 1 | 1.0 | 2.0 | 0.50 | 0.50 | 0.5 | 61 |  |" in text
    assert "| update | 9 | 9 | 1 | 1 | 3.0 | 2.0 | 1.50 | **0.70** | 0.5 | 61 |  |" in text
    assert "| no-op | 9 | 9 | 1 | 1 | 2.0 | 2.0 | 1.00 |  | 0.5 | 61 |  |" in text


def test_growth_is_held_against_its_goal() -> None:
    rows = [
        compared("create", seconds, None, orgs=orgs, each=10, parallel=32)
        for orgs, seconds in ((20, 2.0), (100, 14.0))
    ]
    text = page.text({"fleet": {"made": MADE, "rows": rows}})
    assert "| create | 7.00 | 1.00 | **5.50** |" in text


def test_a_picture_has_the_cases_that_were_measured() -> None:
    rows = [compared(command, 1.25, None) for command in picture.COMMANDS]
    root = ElementTree.fromstring(picture.svg({"one": {"made": MADE, "rows": rows}}))
    texts = ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count("1.2") == texts.count("2.0") == len(picture.COMMANDS)
    assert [each for each in texts if "org" in each] == ["1 org of 100, a stress test"]
