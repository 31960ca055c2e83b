"""What `init` found in a tree, and the settings that it proposes or has written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from migration.adopt.reasons import describe_fault
from migration.project.command_lines import spell_command_in
from migration.render.page import Page, plain_text
from migration.wording import format_count, list_names

if TYPE_CHECKING:
    from migration.adopt.inheritance_key import KeyUse
    from migration.adopt.proposal import Proposal
    from migration.commands.init import Initiation
    from migration.render.terminal import Terminal

_MOST: Final = 8


def initiation_text(initiation: Initiation, terminal: Terminal, *, is_asked: bool = False) -> str:
    """Return what was found, the settings, and the next command unless the person `is_asked`."""
    page = Page(terminal)
    proposal, source = initiation.proposal, initiation.source
    done = (
        f"wrote {source}"
        if initiation.is_written
        else f"nothing is written yet: {source} would say"
    )
    presets = format_count(len(proposal.presets), "preset")
    total = format_count(len(proposal.survey.paths), "YAML file")
    page.add_line(f"{done}: {presets} among {total}", "bold")
    page.add_gap()
    for line in _summarise(proposal):
        page.add_line(line)
    _add_list(page, terminal, "cannot be a preset as it is", _list_broken(proposal))
    _add_list(page, terminal, "keys to look at", _list_keys(proposal))
    guessed = {p: why for p, why in proposal.roles.unsure.items() if p in proposal.presets}
    _add_list(page, terminal, "taken for presets; exclude those from which no run starts", guessed)
    named = {path: f"named as a value, under {key}" for path, key in proposal.roles.named.items()}
    others = {**proposal.roles.apart, **named}
    _add_list(page, terminal, "not taken for presets; add those that are", others)
    _add_list(page, terminal, "left out", proposal.survey.others)
    page.add_gap()
    page.add_line(f"{source}:", "bold")
    for line in initiation.text.splitlines():
        page.add_line(f"  {line}" if line else "")
    page.add_gap()
    if not is_asked:
        page.add_line(_name_next(initiation))
    return page.text()


def written_text(initiation: Initiation) -> str:
    """Return what was written after a person was asked, and the next command."""
    return plain_text([f"wrote {initiation.source}", _name_next(initiation)])


def _name_next(initiation: Initiation) -> str:
    words, why = "init", "writes this"
    if initiation.is_written:
        words, why = "snapshot", "freezes what each preset resolves to"
    return f"next: {spell_command_in(initiation.directory, words)}  ({why})"


def _summarise(proposal: Proposal) -> Iterable[str]:
    if used := proposal.used:
        verb = "inherits" if len(used.from_file) == 1 else "inherit"
        yield f"{format_count(len(used.from_file), 'file')} {verb} by {used.key!r}"
    elif not proposal.refused_keys:
        yield "no file inherits from another"
    if parts := proposal.roles.parts:
        yield f"{format_count(len(parts), 'file')} only inherited from: {list_names(sorted(parts))}"
    if proposal.roles.base:
        yield f"base: {proposal.roles.base}"
    elif proposal.used:
        yield "no base from which every preset inherits"


def _list_broken(proposal: Proposal) -> Mapping[str, str]:
    faults = {**proposal.survey.unreadable, **proposal.broken}
    return {path: describe_fault(fault, path) for path, fault in sorted(faults.items())}


def _list_keys(proposal: Proposal) -> Mapping[str, str]:
    second = {use.key: _explain_second_key(use) for use in proposal.refused_keys}
    return second | {use.key: _explain_value_key(use.key, use.files) for use in proposal.value_keys}


def _explain_second_key(use: KeyUse) -> str:
    if use.from_file:
        why = "files seem to inherit by this key, too, and one key alone is understood"
    elif use.from_root:
        why = "names its files from the project's folder, and here they count from the file"
    else:
        why = "names YAML files that are not there"
    return f"{why}: {list_names(use.files)}"


def _explain_value_key(key: str, files: tuple[str, ...]) -> str:
    if key == "defaults":
        return (
            "Hydra composes configs by it; each file is guarded as it is written, and what Hydra"
            f" composes from them is not seen: {list_names(files)}"
        )
    return (
        f"taken for a plain value; if files inherit by it, set inheritance.key: {list_names(files)}"
    )


def _add_list(page: Page, terminal: Terminal, title: str, found: Mapping[str, str]) -> None:
    """Add what was found under a title; of many with one reason, only some."""
    if not found:
        return
    page.add_gap()
    page.add_line(f"{title}: {len(found)}", "bold")
    if terminal.is_verbose or len(found) <= _MOST:
        page.add_lines(f"  {path}: {why}" for path, why in found.items())
        return
    counts = Counter(found.values())
    for why, count in counts.most_common(_MOST):
        paths = [path for path, reason in found.items() if reason == why]
        if count == 1:
            page.add_line(f"  {paths[0]}: {why}")
        else:
            page.add_line(f"  {format_count(count, 'file')}: {why}: {list_names(paths)}")
    if len(counts) > _MOST:
        rest = format_count(len(counts) - _MOST, "other reason")
        page.add_line(f"  and {rest}; -v lists all")
