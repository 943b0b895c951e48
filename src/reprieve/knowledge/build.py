"""Write the built form of the facts: `python -m reprieve.knowledge.build`.

TOML is for people; Python reads it slowly. The built form is the same tables as JSON, so that
one answer on the command line costs milliseconds. A test fails when it is not current, and a
stale file is never used: load.py reads the TOML instead.
"""

import json
import sys

from reprieve.core.problems import Problem
from reprieve.knowledge.check import check_all
from reprieve.knowledge.files import BrokenFacts, plain, read_tables
from reprieve.knowledge.subjects import BUILT, SUBJECTS, Subject


def built_form(subject: Subject) -> str:
    """The JSON of one subject."""
    problems: list[Problem] = []
    tables = [plain(table) for _, table in read_tables(subject, problems)]
    if problems:
        raise BrokenFacts(problems)
    document = {"digest": subject.digest(), "records": tables}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def main() -> int:
    """Check every fact, then write. Nothing is written while a fact is broken."""
    try:
        check_all()
    except BrokenFacts as broken:
        sys.stderr.write(f"{broken}\n")
        return 1
    BUILT.mkdir(exist_ok=True)
    for subject in SUBJECTS.values():
        subject.built.write_text(built_form(subject), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
