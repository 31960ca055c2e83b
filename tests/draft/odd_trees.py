"""Trees of configs as people write them: with odd comments, quotes, blocks, aliases and ends."""

from __future__ import annotations

import random
from collections.abc import Iterator

_COMMENTS = [
    *("why", "off: 1", "- x", "'", '"', "a: b # c", "#", "----", "x  # y", "{", "&a *b", "!t"),
    *("lint: ignore[L403] for now", "note # lint: ignore[L401]", "类别", "tab\tin it"),
]
_SCALARS = [
    *("1", "1.0e-4", "0x1F", "null", "", "~", "true", "yes", "'08'", '"1e-4"', "1e-4", "'no'"),
    *("text", "two words", "a#b", "'a # b'", '"x: y"', "'it''s'", '"a\\nb"', '"\\u00e9"', "é"),
    *("!!str 8", "2024-01-31", "'2024-01-31'", ".inf", "http://x/y", "'# no'", "on"),
    *('"a\n    b"', "'a\n\n      b'", "plain\n      more"),
]
_BLOCKS = ["|", "|-", "|+", ">", ">-", ">+", "|2", "|2-", ">2+", "|+2"]
_TEXTS = [
    *("one\n", "one\ntwo\n", "one\n\n", "one\n\n\n", "one\n  deeper\ntwo\n", " lead\nx\n"),
    *("# no comment\n", "a\n\n# b\n\nc\n", "\nafter\n", "x \n", "key: value\n"),
]
_NAMES = ["a", "b", "c", "d", "'e'", '"f"', "on", "2", "null", "g h", '"i: j"', "'08'", "k"]


class OddTree:
    """Files that make a tree of configs: components, the preset `a.yaml`, and an overlay of it."""

    def __init__(self, seed: int) -> None:
        self._pick = random.Random(seed)  # noqa: S311 - no secret
        self._anchors: list[tuple[str, str]] = []
        self._open = False
        self.files = {
            "base.yaml": self._file(),
            "x.yaml": self._file(),
            "y.yaml": self._file(),
            "a.yaml": self._file("extends: [base.yaml, x.yaml, y.yaml]"),
            "z.yaml": self._file(),
            "b.yaml": self._file("extends: [a.yaml, z.yaml]  # over a"),
        }

    def _chance(self, share: float) -> bool:
        return self._pick.random() < share

    def _file(self, extends: str = "") -> str:
        self._anchors = []
        lines = []
        if self._chance(0.3):
            lines += ["# Copyright", "# Licence", *([""] if self._chance(0.8) else [])]
        if self._chance(0.1):
            lines = ["%YAML 1.1", "---", *lines]
        is_first = self._chance(0.7)
        lines += [extends] if extends and is_first else []
        lines += self._mapping("", 0)
        if extends and not is_first:
            lines += [extends]
        if self._chance(0.4):
            lines += [*([""] if self._chance(0.6) else []), *self._comment_lines("")]
        end = "\r\n" if self._chance(0.15) else "\n"
        mark = "\ufeff" if self._chance(0.15) else ""
        return mark + end.join(lines).replace("\n", end).replace("\r\r", "\r") + end

    def _mapping(self, indent: str, depth: int) -> Iterator[str]:
        names = self._pick.sample(_NAMES, self._pick.randint(1, 5))
        for at, name in enumerate(names):
            if self._chance(0.3):
                yield from [""] * self._pick.randint(1, 2)
            if self._chance(0.3):
                yield from self._comment_lines(indent)
                if self._chance(0.3):
                    yield ""
                    if self._chance(0.5):
                        yield from self._comment_lines(indent)
            merges = [anchor for anchor, kind in self._anchors if kind == "mapping"]
            if merges and depth and at == 0 and self._chance(0.3):
                yield f"{indent}<<: *{self._pick.choice(merges)}{self._beside()}"
            yield from self._pair(indent, name, depth)
        if self._chance(0.2):
            yield from self._comment_lines(indent + self._pick.choice(["", "  ", "    "]))

    def _pair(self, indent: str, name: str, depth: int) -> Iterator[str]:
        if self._anchors and self._chance(0.15):
            anchor, _ = self._pick.choice(self._anchors)
            yield f"{indent}{name}: *{anchor}{self._beside()}"
            return
        anchor = f"n{self._pick.randint(0, 99999)}" if self._chance(0.25) else ""
        mark = f" &{anchor}" if anchor else ""
        kind = self._pick.choice(["scalar"] * 4 + ["flow", "block", "list", "mapping", "explicit"])
        head = f"{indent}{name}:{mark}"
        if kind == "mapping" and depth < 3:
            yield head + self._beside()
            step = self._pick.choice(["  ", "    "])
            yield from self._mapping(indent + step, depth + 1)
        elif kind == "list":
            yield head + self._beside()
            yield from self._list(indent + self._pick.choice(["", "  "]))
        elif kind == "block":
            yield from self._block(f"{head} ", f"{indent}  ")
        elif kind == "flow":
            yield f"{head} {self._flow(indent)}{self._beside()}"
            kind = "mapping" if "{" in head else "list"
        elif kind == "explicit":
            yield f"{indent}? {name}{self._beside()}"
            if self._chance(0.3):
                yield from self._comment_lines(indent)
            yield f"{indent}:{mark} {self._scalar(indent)}{self._beside()}"
        else:
            yield f"{head} {self._scalar(indent)}{self._beside()}"
            kind = "scalar"
        if anchor:
            self._anchors.append((anchor, kind))

    def _scalar(self, indent: str) -> str:
        return self._pick.choice(_SCALARS).replace("\n", f"\n{indent}")

    def _flow_scalar(self) -> str:
        return self._pick.choice([each for each in _SCALARS if each and "\n" not in each])

    def _flow(self, indent: str) -> str:
        parts = [self._flow_scalar() for _ in range(self._pick.randint(0, 3))]
        if self._anchors and self._chance(0.2):
            parts.append(f"*{self._pick.choice(self._anchors)[0]} ")
        gap = f",{self._beside()}\n{indent}    " if self._chance(0.3) else ", "
        if self._chance(0.5):
            return f"[{gap.join(parts)}]"
        names = self._pick.sample("abcdk", len(parts))
        return f"{{{gap.join(f'{n}: {part}' for n, part in zip(names, parts, strict=True))}}}"

    def _block(self, head: str, indent: str) -> Iterator[str]:
        text = self._pick.choice(_TEXTS)
        sign = self._pick.choice(_BLOCKS)
        yield f"{head}{sign}{self._beside()}"
        for line in text.removesuffix("\n").split("\n"):
            yield f"{indent}{line}" if line else ""

    def _list(self, indent: str) -> Iterator[str]:
        for _ in range(self._pick.randint(1, 3)):
            if self._chance(0.2):
                yield from self._comment_lines(indent)
            kind = self._pick.choice(["scalar", "scalar", "mapping", "block", "alias"])
            if kind == "mapping":
                anchor = f"n{self._pick.randint(0, 99999)}"
                is_named = self._chance(0.3)
                yield f"{indent}-{f' &{anchor}' if is_named else ''}{self._beside()}"
                yield f"{indent}  a: {self._scalar(indent)}{self._beside()}"
                yield f"{indent}  b: {self._flow_scalar()}{self._beside()}"
                if is_named:
                    self._anchors.append((anchor, "mapping"))
            elif kind == "block":
                yield from self._block(f"{indent}- ", f"{indent}  ")
            elif kind == "alias" and self._anchors:
                yield f"{indent}- *{self._pick.choice(self._anchors)[0]}{self._beside()}"
            else:
                yield f"{indent}- {self._scalar(indent)}{self._beside()}"

    def _beside(self) -> str:
        if not self._chance(0.25):
            return ""
        return f"{self._pick.choice([' ', '  ', '    '])}# {self._pick.choice(_COMMENTS)}"

    def _comment_lines(self, indent: str) -> Iterator[str]:
        for _ in range(self._pick.randint(1, 2)):
            gap = self._pick.choice(["# ", "#", "#  "])
            yield f"{indent}{gap}{self._pick.choice(_COMMENTS)}"
