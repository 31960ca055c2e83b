"""Turns what PyYAML raises for a text that it does not read into a fault with file and line.

Of Python's own errors, only those that PyYAML's scanner and its constructors of scalars let
through count as refusals: anywhere else such an error is a bug.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final, cast

import yaml
from yaml.constructor import SafeConstructor
from yaml.scanner import Scanner

from migration.errors import Fault, MigrationError
from migration.yaml.rules import NO_RULES, YamlRules

_QUOTED: Final = re.compile(r"""(['"]).*\1|\{[{%#].*""", re.DOTALL)
"""What a message quotes of the text: all from the first quote on, or a template."""


class RefusedError(yaml.MarkedYAMLError):
    """The text is not read; the problem is a complete message."""

    def __init__(self, problem: str, mark: yaml.Mark | None) -> None:
        """Refuse what begins at the mark."""
        super().__init__(problem=problem, problem_mark=mark)


class CheckedScanner(Scanner):
    """Refuses escapes that `chr` does not take, and version numbers that `int` does not."""

    def fetch_more_tokens(self) -> None:
        """Scan the next tokens."""
        try:
            super().fetch_more_tokens()
        except (ValueError, OverflowError) as error:
            mark = cast("Any", self).get_mark()
            raise RefusedError(f"not valid YAML: {error}", mark) from None


class CheckedConstructor(SafeConstructor):
    """Refuses a scalar that its tag does not allow; PyYAML would let Python's error through."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> object:
        """Return the value of a node."""
        if not isinstance(node, yaml.ScalarNode):
            return super().construct_object(node, deep)
        try:
            return super().construct_object(node, deep)
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
            # `int`, `float`, `datetime` and a pattern that does not match raise these.
            kind = node.tag.rpartition(":")[2]
            self.recursive_objects.pop(node, None)  # or the loader would keep it
            raise RefusedError(f"not a valid {kind}: {error}", node.start_mark) from None


@contextmanager
def refusing(text: str, path: str, rules: YamlRules = NO_RULES) -> Iterator[None]:
    """Turn a refusal of PyYAML, while it reads the text, into a fault of the file.

    Raises:
        MigrationError: the text is refused.
    """
    try:
        yield
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        message = f"the character U+{ord(text[error.position]):04X} is not allowed in YAML"
        raise MigrationError(Fault(message, path, line, column)) from None
    except yaml.MarkedYAMLError as error:
        # Imported here, since most texts are read.
        from migration.yaml.broken import explain_refusal

        is_clear = isinstance(error, RefusedError)
        explained = None if is_clear else explain_refusal(text, path, error)
        fault = explained or _fault(error, path)
        if not rules.is_quoting:
            fault = replace(fault, message=_QUOTED.sub("…", fault.message))
        raise MigrationError(fault) from None


def _fault(error: yaml.MarkedYAMLError, path: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    message = ", ".join(part for part in (error.context, error.problem) if part)
    if not isinstance(error, RefusedError):
        message = f"not valid YAML: {message}"
    return Fault(message, path, mark.line + 1, mark.column + 1) if mark else Fault(message, path)
