"""Nasty texts in every place at once, through every command: none of them acts on the terminal.

`python -m tests.campaigns.test_nasty_texts 1000 50` tries fifty seeds from the thousandth on.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.arguments import Arguments, at_least_one
from migration.phases import STATUSES
from tests.conftest import write_files
from tests.running import Ran, TerminalIO, commit_all, run

PIECES = [
    *("\x1b[31m", "\x1b]0;t\x07", "\x1b[2J", "\x9b1A", "\x9d0;t\x9c", "\b", "\x7f", "\x85", "\f"),
    *("\r", "\n", "\t", "\u202e", "\u2066", "\u2028", "\u2029", "\nerror: x\n", "\nnext: rm x\n"),
    *("`", "```", "|", "<b>", "@u", "[a](b)", "\\", "'", '"', "$(x)", "类", "[/]", " ", "x"),
]
FORGED = ("error: x", "next: rm x")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
RAW = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
SEEDS = range(1)
# So that the texts come to be shown, and are not all refused at once.
REACHED = {
    *(("snapshot", 0), ("map", 0), ("advance", 0), ("draft", 0), ("diff", 2)),
    *(("check-parity", 0), ("check-parity", 2), ("ledger", 0), ("lint", 2), ("inspect", 0)),
    *((name, 1) for name in ("snapshot", "check-parity", "inspect", "draft", "map", "ledger")),
    *(("retire", 1), ("retire", 2)),
}


def as_yaml(value: object) -> str:
    """Return the value on one line of ASCII, as both YAML and TOML read it."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub(r"[^ -~]", lambda found: f"\\U{ord(found[0]):08x}", text)


class Project:
    """A project in which every name, key, value and reason is nasty, and the way it goes."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self._pick = random.Random(seed)  # noqa: S311 - no secret
        one, two, part, mix, rules = (
            f"{self.text().replace('/', '')}\nerror: x\n{n}" for n in range(5)
        )
        self.one, self.two = f"configs/train/{one}.yaml", f"configs/train/{two}.yaml"
        self.part, self.mix = f"configs/components/{part}.yaml", f"configs/fusion/{mix}.yaml"
        self.rules = f"{rules}.yaml"
        self.key = self.text()
        rule = {"id": self.text(), "reason": self.text(), "paths": ["training"]}
        settings = {
            "presets": ["configs/train/*.yaml"],
            "legacy": ["configs/components/**"],
            "base": "configs/base.yaml",
            "profile": self.rules,
        }
        lines = "".join(f"{name} = {as_yaml(value)}\n" for name, value in settings.items())
        write_files(
            folder,
            {
                "pyproject.toml": f"[tool.config-migration]\n{lines}",
                self.rules: as_yaml({"rules": [rule]}),
                "configs/base.yaml": "{}\n",
                self.part: self.config(),
                self.mix: as_yaml({"targets": [{"name": self.text()}], "sources": []}),
                self.one: self.preset(f"../components/{part}.yaml"),
                self.two: self.preset(f"{one}.yaml"),
            },
        )

    def text(self) -> str:
        return "".join(self._pick.choices(PIECES, k=self._pick.randint(2, 5)))

    def config(self, **more: object) -> str:
        entry = {"name": self.text(), self.text(): self.text()}
        values = {
            self.key: self.text(),
            "ops": [entry, self.text()],
            "training": {"a": self.text()},
        }
        return f"# \u202e\u2066 \t{self._pick.random()}\n{as_yaml({**more, **values})}\n"

    def preset(self, base: str) -> str:
        return self.config(extends=base, custom={"fusion_config": self.mix})

    def commands(self) -> Iterator[tuple[str, ...]]:
        """Yield one command after the other, with the tree changed in between."""
        one, two = f"--preset={self.one}", f"--preset={self.two}"
        baseline = f"snapshots/presets/{self.one}.json"
        yield ("snapshot",)
        yield ("snapshot", "--check")
        yield ("map", f"--old={self.one}", "--phase", "1")
        yield ("advance",)
        yield from self.questions()
        yield ("draft", one)
        yield ("draft", two)
        yield ("diff", f"--left={self.one}", f"--right={self.two}")
        yield ("inspect", f"--config={baseline}", "--origins")
        yield ("accept", two, f"--reason={self.text()}x")
        part = f"../components/{Path(self.part).name}"
        write_files(self.folder, {self.part: self.config(), self.one: self.preset(part)})
        write_files(self.folder, {self.two: self.preset("../base.yaml")})
        yield from self.questions()
        yield ("diff", f"--left={baseline}", f"--right={self.one}")
        yield ("diff", f"--left={baseline}", f"--right={self.one}", "--format", "markdown")
        yield ("diff", f"--left={baseline}", f"--right={self.one}", "--format", "json")
        yield ("accept", one, f"--reason={self.text()}x", "--changes-training")
        yield from self.questions()
        yield ("snapshot", "--fold")
        yield ("map", f"--old={self.two}", "--drop", f"--reason={self.text()}x")
        write_files(self.folder, {self.one: f'"{self.text()}\n: ['})
        yield from self.questions()
        (self.folder / self.one).unlink()
        yield from self.questions()
        yield ("map", f"--old={self.one}", "--drop", f"--reason={self.text()}x")
        commit_all(self.folder)
        yield ("retire", "--dry-run")
        (self.folder / ".git/config").write_text(f"[{self.text()}")
        yield ("retire", "--dry-run")
        write_files(self.folder, {baseline: "{}"})
        yield ("ledger",)
        for setting, value in (
            ("presets", [self.text()]),
            ("fusion_key", self.text()),
            ("profile", self.text()),
            (self.text(), self.text()),
            ("base", f"../{self.text()}"),
        ):
            written = f"[tool.config-migration]\n{as_yaml(setting)} = {as_yaml(value)}\n"
            write_files(self.folder, {"pyproject.toml": written})
            yield ("lint",)
            yield ("check-parity", "--no-record")

    def questions(self) -> Iterator[tuple[str, ...]]:
        """Yield the commands that change nothing, one wrong use of each option among them."""
        yield from (("check-parity", "--format", form) for form in ("table", "markdown", "json"))
        yield from (("ledger", "--format", form) for form in ("table", "markdown", "json"))
        yield from (("lint", "--format", form) for form in ("table", "json"))
        yield from (("ledger", "--status", status) for status in STATUSES[:3])
        for path in (self.one, self.two, self.text()):
            yield ("inspect", f"--config={path}")
            yield ("inspect", f"--config={path}", "--payload-only")
            yield ("inspect", f"--config={path}", "--payload-only", "--format", "yaml")
            yield ("inspect", f"--config={path}", "--origins")
            yield ("inspect", f"--config={path}", f"--key={json.dumps(self.key)}")
            yield ("inspect", f"--config={path}", "--key=ops")
            yield ("inspect", f"--config={path}", f"--key={self.text()}")
        for option in ("check-parity --preset", "check-parity --format", "lint --explain"):
            yield tuple(f"{option}={self.text()}".split(" ", 1))
        for option in ("draft --preset", "snapshot --preset", "map --phase=1 --old"):
            yield tuple(f"{option}={self.text()}".split(" ", option.count(" ")))
        yield ("retire", "--dry-run")


def is_data(words: tuple[str, ...]) -> bool:
    """Tell whether stdout is for a program to read."""
    return words[0] in ("inspect", "draft") or "json" in words


def faults(words: tuple[str, ...], piped: Ran, shown: Ran) -> Iterator[str]:
    """Yield what is wrong with what a command has written to a pipe, and to a terminal."""
    if piped.code != shown.code:
        yield f"exit codes {piped.code} and {shown.code}"
    texts = {"pipe stderr": piped.err, "terminal stderr": COLOUR.sub("", shown.err)}
    out = COLOUR.sub("", shown.out)
    texts["terminal stdout"] = out.replace("\t", "") if is_data(words) else out
    if not is_data(words) or {"--origins", "--key=ops"} & {*words}:
        texts["pipe stdout"] = piped.out
    for stream, text in texts.items():
        if found := RAW.search(text):
            yield f"{stream} has {found[0]!r}: {text[max(0, found.start() - 60) : found.end()]!r}"
        if forged := [line for line in text.split("\n") if line.startswith(FORGED)]:
            yield f"{stream} has the lines {forged}"
    if "json" in words and piped.out and json.loads(piped.out) != json.loads(shown.out):
        yield "the JSON on a terminal is another value"


def attack(folder: Path, seed: int) -> list[str]:
    found, ends = [], set()
    for words in Project(folder, seed).commands():
        piped = run(folder, *words)
        ends.add((words[0], piped.code))
        # What has recorded or refused it once says another thing the second time.
        is_repeatable = words[0] in ("inspect", "diff", "ledger", "lint", "draft", "check-parity")
        shown = run(folder, *words, stream=TerminalIO) if is_repeatable else piped
        found += [f"{words}: {fault}" for fault in faults(words, piped, shown)]
    return found + [f"no {words} ended with {code}" for words, code in REACHED - ends]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_text_acts_on_the_terminal(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"TERM": "xterm", "COLUMNS": "80", "NO_COLOR": ""}.items():
        monkeypatch.setenv(name, value)
    assert attack(tmp_path, seed) == []


if __name__ == "__main__":
    parser = Arguments(description=__doc__)
    parser.add_argument("--count", type=at_least_one, default=60, help="how many seeds")
    parser.add_argument("--first", type=int, default=0, help="the seed to begin with")
    given = parser.parse_args()
    failures = 0
    for seed in range(given.first, given.first + given.count):
        with tempfile.TemporaryDirectory() as folder:
            for fault in attack(Path(folder), seed):
                failures += 1
                sys.stdout.write(f"{seed}: {fault!a}\n")
    sys.stdout.write(f"{given.count} seeds, {failures} failures\n")
    sys.exit(failures > 0)
