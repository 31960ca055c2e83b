"""Finds the root key by which the files of a tree inherit, from what the values of keys name."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from migration.adopt.survey import Survey, SurveyedFile
from migration.paths import is_yaml
from migration.resolve.dialect import INHERITANCE_KEY
from migration.resolve.inheritance import is_known_name

_PLAUSIBLE: Final = frozenset(
    {"base", "bases", "parent", "parents", "base_config", "base_configs", "import", "imports"}
)
"""Names, without underscores around them, by which some teams inherit, and others do not."""


@dataclass(frozen=True, slots=True)
class KeyUse:
    """How the files use one root key whose values may name bases.

    The lists have the paths of the files: those in which the values name files from the file's own
    folder, those in which they do so from the root alone, those in which they name YAML that is not
    there, and those in which they name none.
    """

    key: str
    from_file: tuple[str, ...] = ()
    from_root: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether trainers inherit by a key of this name."""
        return is_known_name(self.key)

    @property
    def may_inherit(self) -> bool:
        """Whether its name alone makes it likely that files inherit by it."""
        return self.is_known or self.key.strip("_").casefold() in _PLAUSIBLE

    @property
    def names_bases(self) -> bool:
        """Whether files seem to inherit by it, even where their bases are not found."""
        return self.may_inherit and bool(self.from_file or self.from_root or self.lost)

    @property
    def files(self) -> tuple[str, ...]:
        """The files that have the key, sorted."""
        return tuple(sorted((*self.from_file, *self.from_root, *self.lost, *self.unnamed)))


def list_key_uses(survey: Survey) -> tuple[KeyUse, ...]:
    """Return each root key that trainers inherit by, or whose values name configs, by its name."""
    kinds: dict[str, dict[str, list[str]]] = {}
    for path, file in survey.configs.items():
        for key, naming in file.namings.items():
            if naming.is_direct or (is_known_name(key) and naming.may_inherit):
                kind = _find_kind(survey, file, key, naming.texts)
                kinds.setdefault(key, {}).setdefault(kind, []).append(path)
    uses = (
        KeyUse(key, **{kind: tuple(paths) for kind, paths in found.items()})
        for key, found in sorted(kinds.items())
    )
    return tuple(use for use in uses if use.is_known or use.from_file or use.from_root)


def choose_key(uses: tuple[KeyUse, ...]) -> KeyUse | None:
    """Return the key by which most files inherit, None if no file does."""
    likely = [use for use in uses if use.may_inherit and use.from_file]
    ordered = sorted(likely, key=lambda use: (-len(use.from_file), use.key != INHERITANCE_KEY))
    return ordered[0] if ordered else None


def find_bases(survey: Survey, key: str) -> Mapping[str, tuple[str, ...]]:
    """Return each config that inherits by a key, with the configs that it names, in that order.

    A base that is not there is left out; one outside the root has its real path.
    """
    return {
        path: found
        for path, file in survey.configs.items()
        if (found := tuple(_list_named(survey, file, key)))
    }


def _find_kind(survey: Survey, file: SurveyedFile, key: str, texts: tuple[str, ...]) -> str:
    # A trainer may inherit from a file that has not the suffix of YAML.
    find = survey.find_file if is_known_name(key) else survey.find_config
    for kind, folder in (("from_file", posixpath.dirname(file.real)), ("from_root", "")):
        if any(find(text, folder) not in {None, file.path} for text in texts):
            return kind
    return "lost" if any(map(is_yaml, texts)) else "unnamed"


def _list_named(survey: Survey, file: SurveyedFile, key: str) -> Iterator[str]:
    naming = file.namings.get(key)
    for text in naming.texts if naming and naming.is_direct else ():
        found = survey.find_file(text, posixpath.dirname(file.real))
        if found and found != file.path:
            yield found
