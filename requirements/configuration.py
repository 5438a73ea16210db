"""Writes docs/configuration.md from the declared settings; a test checks that it is current."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from dashboard.settings import DashboardSettings
from models.business.rules import (
    AccountRule,
    BookingRule,
    ContractRule,
    CreditingRule,
    DealRule,
    ItemRule,
    LineRule,
    PracticeRule,
    PurposeRule,
)
from models.business.shape import (
    Benchmark,
    Finance,
    Labor,
    LaborSource,
    Plan,
    PlanRates,
    Sales,
    Target,
    WorkCalendar,
)
from models.settings import WarehouseSettings, describe
from sync.selection.file import EntityPart, GroupPart
from sync.selection.filters import WORDS
from sync.settings import SyncSettings

HEAD = """# Configuration

Settings come from the environment. Each may instead be given as `<NAME>_FILE`, the path of a file that holds the
value; use that for secrets. A missing or wrong setting stops the start with its name; an `ONEVIEW_…` variable
that nobody reads is refused too. (This page is made by `make docs`.)
"""
SELECTION = """## The file that chooses what is mirrored

`ONEVIEW_SYNC_FILE` names a TOML file that says which entities, columns and records are mirrored, and when.
A mistake in it stops the start with the file, the line and what is allowed. A running worker reads it when it
starts.

- **Off** (`on = false`): nothing is fetched and nothing is taken for deleted. The rows stay as they are, marked with
  the moment up to which they were refreshed, and no longer date the numbers. Switched on again, the entity goes on
  from there. Lines are on and off with their owner.
- **Left out** columns are not asked for and are empty (NULL) in the mirror. Identity, stamps, days, parent keys,
  required columns and those that the facts are made of cannot be left out.
- **Filters** are asked of the source where it can be asked, and judged after reading in any case: NetSuite by
  SuiteQL, lists of SuiteProjects Pro by `q`, XML by days only. A record without the value is left out.
- **After a change** of columns or filters the entity is read anew, as in a first load. Rows that the new filter
  leaves out are not deleted: they stay as they were last seen, and full runs do not miss them.
- **Groups**: every run of a group reads its entities with their owners and lines; groups that are due together make
  one run. The first run, a person's refresh and `oneview sync run` read everything, whatever the group. A group
  whose run did not succeed tries again after 15 minutes at the latest. "As of" of a system is that of its
  least refreshed entity.
"""
BUSINESS = """## The file that says how the firm counts

`ONEVIEW_BUSINESS_FILE` names a TOML file with the firm's own rules. What it leaves out is as in
`docs/business.example.toml`, which holds every key with its default: a table is taken over key by key, a list replaces
the whole list. A mistake stops the start with the file, the line and what is allowed; `oneview doctor` says which file
is used. The worker reads it at each build; if it is wrong by then, what it said before holds, and the log tells.

**The page *Settings* goes before the file.** The chief financial officer and administrators change thresholds, targets,
benchmarks, the basics, the plan's versions, the rules, and what single accounts, items, contract types, booking types, departments and tasks
are. Each change is checked as the file is, kept in the record with who decided it, when and why (`ops_business_decision`), and audited; it can
be put back to what the file says. A change of the file or of the page is in force from the next build on: a snapshot
holds what it was built with (`meta_business`), and the pages count by that. A decision that a newer file leaves no place
for is told on the page and left aside. `oneview business show` prints what holds and who says so.

**What goes before what.** Of a record: what somebody said of it alone on the page, then the rules of the page, then those of
the file, then what is built in. Rules are taken list by list, never mixed: once a kind's list (`[[lines]]`, `[[streams.items]]` …)
is changed on the page, that list stands in the place of the file's, and a list in the file in the place of the built-in one.
The page shows which rules of the file its list leaves out, each with the way back, and can take the file's list again.

- **Streams, lines and booking types**: rules, in order; the first whose conditions all hold decides. A rule asks for `types`, `names`
  (with `*`) and, of accounts, `numbers`: "4000-4199" means all numbers that begin with 4000 to 4199; `ids` name single
  accounts and items. An item's stream goes before its account's. The facts that a change touches are made anew at the next build.
- **Purposes and crediting** are rules of the same shape for tasks of projects. What productive internal work is for breaks
  productive utilisation down; hours that nobody bills and that are credited or excluded make credited utilisation, which
  stands beside the plain one and changes none of the others.
- **Deals** of SuiteProjects Pro tell the hours of roles; how likely a deal is its opportunity in NetSuite tells, which a custom
  field of the deal names (`opportunity_field`). `[[deals]]` says it of deals without one, by the percentage of their stage
  (`stages`: "25-74"), their rating or their name; the page *Settings* changes the list and tries it on the deals there are. What
  no rule speaks of is not guessed: it is shown apart.
- **Weights of experience** in the revenue forecast are learned once `learn_from` judged month ends are there
  (`[thresholds.forecast]`); `fixed_months` says how slowly they move away from the fixed ones, `learn_weights = false` keeps
  these. docs/metrics.md has the formula.
- **Benchmarks** are what others published. They are shown with source and year, and never as targets. `shown = false`
  leaves one of ours out.
- **Targets** are yours. The most particular one holds: one of a member before one for everybody, then the one that
  begins latest. A number of the whole firm is held against a target for everybody, one of a member against a target of
  that member; what is summed over months against a target of exactly its months, once they are over.
"""
EXAMPLE = Path("docs/sync.example.toml")
BUSINESS_PARTS: dict[str, type[BaseModel]] = {
    "[finance]": Finance,
    "[[practices]]": PracticeRule,
    "[labor]": Labor,
    "[[labor.sources]]": LaborSource,
    "[calendar]": WorkCalendar,
    "[sales]": Sales,
    "[plan]": Plan,
    "[[plan.versions]]": PlanRates,
    "[[streams.items]]": ItemRule,
    "[[streams.accounts]]": AccountRule,
    "[[streams.contracts]]": ContractRule,
    "[[lines]]": LineRule,
    "[[bookings]]": BookingRule,
    "[[purposes]]": PurposeRule,
    "[[crediting]]": CreditingRule,
    "[[deals]]": DealRule,
    "[benchmarks.<KPI>.<name>]": Benchmark,
    "[[targets]]": Target,
}
PARTS = {
    "Warehouse (every process)": WarehouseSettings,
    "Sync worker": SyncSettings,
    "Web app": DashboardSettings,
}


def text() -> str:
    """The whole page."""
    parts = [f"## {title}\n\n{describe(kind)}\n" for title, kind in PARTS.items()]
    return "\n".join([HEAD, *parts, *business(), *selection()])


def business() -> Iterator[str]:
    """The part about the file that says how the firm counts."""
    yield BUSINESS
    for title, kind in BUSINESS_PARTS.items():
        yield f"| key of `{title}` | what |\n|---|---|"
        yield from (f"| `{name}` | {what} |" for name, what in keys(kind))
        yield ""


def selection() -> Iterator[str]:
    """The part about the file that chooses what is mirrored."""
    yield SELECTION
    yield "| key of a group | what |\n|---|---|"
    yield from (f"| `{name}` | {what} |" for name, what in keys(GroupPart))
    yield "\n| key of an entity or pattern | what |\n|---|---|"
    yield from (f"| `{name}` | {what} |" for name, what in keys(EntityPart))
    yield from (f"| `{word.word}` | a list of {word.what} |" for word in WORDS)
    yield f"\nAn example (`{EXAMPLE}`):\n\n```toml\n{(Path(__file__).parents[1] / EXAMPLE).read_text(encoding='utf-8')}```\n"


def keys(kind: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """The keys of a part that say what they are."""
    for name, field in kind.model_fields.items():
        if field.description:
            yield field.alias or name, field.description


if __name__ == "__main__":
    Path("docs/configuration.md").write_text(text(), encoding="utf-8")
