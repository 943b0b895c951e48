"""The documented state table is the one the code uses."""

import re
from pathlib import Path

from reprieve.core.session.state import TRANSITIONS

PAGE = Path(__file__).parents[2] / "docs/clinical/session-states.md"
ROW = re.compile(r"^\| (\w+) \| (\w+) \| (\w+) \|$", re.MULTILINE)


def test_the_table_in_the_clinical_documents_is_the_table_in_the_code() -> None:
    documented = {tuple(row) for row in ROW.findall(PAGE.read_text()) if row[0] != "from"}
    coded = {
        (state.value, kind.value, to.value)
        for state, row in TRANSITIONS.items()
        for kind, to in row.items()
    }
    assert documented == coded
