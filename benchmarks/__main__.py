"""`bin/bench`: measures row by row, prints each line as soon as it is known, and writes them all as JSON."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import (
    accounts,
    exporting,
    issuing,
    lists,
    mails,
    many_statements,
    merging,
    pdfs,
    saving,
    searching,
    starting,
    statements,
    syncing,
    syncing_over_http,
    table,
    weighing,
)
from benchmarks.bench import Bench, bench
from benchmarks.lines import Line
from tests.servers import ServerMissing, postgresql_programs

Measure = Callable[[Bench], Iterator[Line]]


def _first_syncs(bench: Bench) -> Iterator[Line]:
    yield from syncing.first_and_again(bench)
    yield from syncing_over_http.first_sync(bench)


ROWS: dict[int, Measure] = {
    1: lists.one_list,
    2: lists.many_in_lists,
    3: lists.one_panel,
    4: lists.many_around_an_account,
    5: searching.two_characters,
    6: pdfs.one_page,
    7: pdfs.killable,
    8: pdfs.kept,
    9: pdfs.long,
    10: pdfs.in_one_file,
    11: issuing.eight_clients,
    12: mails.ready_pdfs,
    13: many_statements.statements,
    14: accounts.statement,
    15: exporting.customers,
    16: merging.many_documents,
    17: _first_syncs,
    19: syncing.at_once_beside_a_run,
    20: saving.long_document,
    21: saving.status_change,
    22: weighing.memory,
    23: weighing.first_load,
    24: starting.start,
    25: statements.per_answer,
}
"""By the number that docs/performance.md gives them."""

WITHOUT_DATABASE = {6, 9}


def main(arguments: list[str] | None = None) -> int:
    """Measures; 1 when something is over its allowance."""
    options = _options(arguments)
    print(f"{table.processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(table.heading(), flush=True)
    lines = []
    for line in _measured(options):
        lines.append(line)
        print(table.as_text(line, options.small), flush=True)
    if options.json:
        options.json.write_text(json.dumps(table.as_json(lines, options.small), indent=1, ensure_ascii=False))
    return int(any(table.verdict(line, options.small) == "OVER" for line in lines))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measures; see docs/performance.md.")
    parser.add_argument(
        "--small", action="store_true", help="a smoke run: few of everything, times not judged"
    )
    parser.add_argument("--row", type=int, action="append", choices=ROWS, metavar="N", help="this row only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), help="on this one only")
    return parser.parse_args(arguments)


def _measured(options: argparse.Namespace) -> Iterator[Line]:
    done: set[int] = set()
    for database in [options.database] if options.database else _databases():
        with (
            tempfile.TemporaryDirectory(prefix="kakehashi-bench-") as directory,
            bench(database, Path(directory), options.small) as found,
        ):
            for row in sorted(set(options.row or ROWS) - done):
                yield from ROWS[row](found)
            done |= WITHOUT_DATABASE


def _databases() -> list[str]:
    """SQLite, and PostgreSQL where it is installed."""
    try:
        postgresql_programs()
    except ServerMissing as missing:
        print(missing, file=sys.stderr)
        return ["sqlite"]
    return ["sqlite", "postgresql"]


if __name__ == "__main__":
    sys.exit(main())
