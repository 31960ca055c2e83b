"""Files that nobody writes by mistake, and odd ones: a clear fault, or the right value."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path

import pytest
import yaml

from campaigns.fuzzing.checks import without_libyaml
from migration.errors import MigrationError
from migration.files.disk_tree import DiskTree
from migration.files.regular import MAX_BYTES
from migration.resolve.chain import MAX_DESCENT
from migration.resolve.loader import ConfigLoader
from migration.yaml.load import load_mapping
from migration.yaml.marks import HERE
from migration.yaml.parsers import MAX_DEPTH, MAX_DIGITS, MAX_NODES
from tests.conftest import ConfigTree, write_files
from tests.running import contents, edit, run, run_apart

pytestmark = pytest.mark.campaign

A, B = "configs/train/a.yaml", "configs/train/b.yaml"
FUSION = "configs/fusion/mix.yaml"
TOO_MANY = f"more than {MAX_NODES:,} keys and values"
TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"


def refusal(text: str) -> str:
    with pytest.raises(MigrationError) as error:
        load_mapping(text, "a.yaml")
    return str(error.value)


# ---------------------------------------------------------------- more than anyone could write out


def rungs(first: str, rung: str) -> str:
    """Return a text in which each of sixty lines has the line above it twice."""
    lines = (rung.replace("NEW", f"a{n}").replace("OLD", f"a{n - 1}") for n in range(1, 60))
    return first + "".join(lines)


BOMBS = {
    "lists": rungs("a0: &a0 [1]\n", "NEW: &NEW [*OLD, *OLD]\n"),
    "mappings": rungs("a0: &a0 {x: 1}\n", "NEW: &NEW {x: *OLD, y: *OLD}\n"),
    "merge keys": rungs("a0: &a0 {x: 1}\n", "NEW: &NEW {<<: [*OLD, *OLD]}\n"),
    "merge keys by their tag": rungs("a0: &a0 {x: 1}\n", "NEW: &NEW {!!merge m: [*OLD, *OLD]}\n"),
    "pairs": rungs("a0: &a0 [x: 1]\n", "NEW: &NEW !!pairs [x: *OLD, x: *OLD]\n"),
    "keys": rungs("? &a0 [1]\n: 1\n", "? &NEW [*OLD, *OLD]\n: 1\n"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_aliases_that_nobody_could_write_out_are_refused_before_they_are_built(
    small_project: Path, bomb: str
) -> None:
    write_files(small_project, {A: BOMBS[bomb]})
    ran = run(small_project, "inspect", "--config", A)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"{A}:")
    assert ran.err.endswith(f": {TOO_MANY}\n")


@pytest.mark.parametrize("text", ["a: &x [*x]", "a: &x {b: *x}", "&x {a: {b: *x}}", "a: &x [[*x]]"])
def test_what_contains_itself_is_refused_where_it_does(text: str) -> None:
    found = refusal(f"first: 1\nsecond:\n  {text}\n")
    assert found.startswith("a.yaml:3:")
    assert found.endswith(": contains itself by an alias")


def test_a_mapping_that_merges_itself_is_refused() -> None:
    assert refusal("a: &x {<<: *x}") == "a.yaml:1:8: contains itself by an alias"


def test_aliases_that_deepen_a_value_count_as_levels() -> None:
    lines = ["a0: &a0 [1]\n", *(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, MAX_DEPTH))]
    text = "".join(lines[:-1])
    assert load_mapping(text, "a.yaml") == yaml.safe_load(text)
    assert refusal("".join(lines)) == f"a.yaml:{MAX_DEPTH}:6: {TOO_DEEP}"


def test_merge_keys_that_build_on_one_another_count_as_levels() -> None:
    # PyYAML flattens the last of them by as many calls within one another.
    rungs = "".join(f"a{n}: &a{n} {{<<: *a{n - 1}, k{n}: 1}}\n" for n in range(1, 3_000))
    assert TOO_DEEP in refusal(f"a0: &a0 {{x: 1}}\n{rungs}<<: *a2999\n")


# --------------------------------------------------------------------------------- deep and large


@pytest.mark.parametrize("ending", ["", " # ?"], ids=["fast", "plain"])
def test_a_hundred_thousand_levels_do_not_end_the_process(small_project: Path, ending: str) -> None:
    deep = 100_000
    texts = {
        "lists": f"a: {'[' * deep}{']' * deep}{ending}\n",
        "mappings": f"a: {'{a: ' * deep}1{'}' * deep}{ending}\n",
        "open": f"a: {'[' * deep}{ending}\n",
        "compact": f"a:\n{'- ' * deep}1{ending}\n",
        "keys": f"{'? ' * deep}a{ending}\n",
        # Fewer, since the text grows with the square.
        "block": "".join(f"{' ' * n}a:\n" for n in range(2_000)) + ending,
    }
    write_files(small_project, {f"{name}.yaml": text for name, text in texts.items()})
    commands = [("inspect", "--config", f"{name}.yaml") for name in texts]
    for name, ran in zip(texts, run_apart(small_project, *commands), strict=True):
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith(f"{name}.yaml:")
        assert ran.err.endswith(f": {TOO_DEEP}\n")


@pytest.mark.parametrize("levels", [MAX_DEPTH, MAX_DEPTH + 1])
@pytest.mark.parametrize("form", ["flow", "block", "compact"])
def test_the_last_level_is_read_and_the_next_one_refused(form: str, levels: int) -> None:
    inner = levels - 1
    text = {
        "flow": f"a: {'[' * inner}{']' * inner}\n",
        "block": "".join(f"{' ' * n}a:\n" for n in range(inner)) + f"{' ' * inner}b: 1\n",
        "compact": f"a:\n{'- ' * inner}1\n",
    }[form]
    if levels <= MAX_DEPTH:
        assert load_mapping(text, "a.yaml") == yaml.safe_load(text)
    else:
        assert refusal(text).endswith(TOO_DEEP)


def test_a_file_of_two_hundred_megabytes_is_refused_unread(small_project: Path) -> None:
    with (small_project / A).open("wb") as file:
        file.truncate(200 * 10**6)
    ran, linted = run_apart(small_project, ("inspect", "--config", A), ("lint",))
    message = f"{A}: cannot read: larger than {MAX_BYTES:,} bytes"
    assert (ran.code, ran.out, ran.err) == (1, "", f"{message}\n")
    assert f"cannot read: larger than {MAX_BYTES:,} bytes" in linted.out


def test_a_config_may_be_as_large_as_the_bound(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "a: 1\n#".ljust(MAX_BYTES)})
    assert ConfigLoader(tree).resolve("a.yaml").value == {"a": 1}
    with (tree.root / "a.yaml").open("a") as file:
        file.write(" ")
    with pytest.raises(MigrationError, match="larger than"):
        ConfigLoader(tree).resolve("a.yaml")


def test_ten_million_keys_are_refused(small_project: Path) -> None:
    write_files(small_project, {A: "{" + "a," * 10_000_000 + "}"})
    ran = run(small_project, "inspect", "--config", A)
    assert ran.err == f"{A}: cannot read: larger than {MAX_BYTES:,} bytes\n"


@pytest.mark.parametrize("ending", ["", " # ?"], ids=["fast", "plain"])
def test_keys_and_values_are_counted_before_they_are_kept(
    monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr("migration.yaml.parsers.MAX_NODES", 1_000)
    monkeypatch.setattr("migration.yaml.fast_events.MAX_NODES", 1_000)
    text = f"a: [{', '.join('1' * 997)}]{ending}"  # and the root, the key and the list
    assert load_mapping(text, "a.yaml") == {"a": [1] * 997}
    more = f"a: [{', '.join('1' * 998)}]{ending}"
    assert refusal(more) == f"a.yaml:1:{more.rindex('1') + 1}: more than 1,000 keys and values"


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("1" + ":59" * MAX_DIGITS, "an integer of more than 100,000 digits"),
        ("0x" + "f" * MAX_DIGITS, "an integer of more than 100,000 digits"),
        ("9" * 5_000, "not a valid int: Exceeds the limit"),
    ],
    ids=["to base 60", "hexadecimal", "decimal"],
)
def test_a_number_that_would_take_for_ever_is_refused(number: str, message: str) -> None:
    assert refusal(f"a: 1\nb: {number}\n").startswith(f"a.yaml:2:4: {message}")


def test_a_file_of_nuls_is_refused_at_the_first(small_project: Path) -> None:
    write_files(small_project, {A: "\0" * 10**6})
    ran = run(small_project, "inspect", "--config", A)
    assert ran.err == f"{A}:1:1: the character U+0000 is not allowed in YAML\n"


# ------------------------------------------------------------------------- what is no regular file


def _socket(place: Path) -> None:
    before = Path.cwd()
    os.chdir(place.parent)  # the path of a socket may not be long
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(place.name)
    finally:
        os.chdir(before)


IRREGULAR: Mapping[str, tuple[Callable[[Path], None], str]] = {
    "directory": (Path.mkdir, "a directory"),
    "fifo": (os.mkfifo, "a FIFO"),
    "device": (lambda place: place.symlink_to("/dev/zero"), "a device"),
    "socket": (_socket, "a socket"),
    "loop": (lambda place: place.symlink_to(place.name), "a link that leads back to itself"),
}


def test_whatever_is_no_regular_file_is_named_in_every_role(small_project: Path) -> None:
    edit(small_project / "pyproject.toml", "phase_1 = []", "phase_1 = []\nallow_outside = true")
    roles: list[tuple[str, tuple[str, ...], str]] = []
    for name, (make, kind) in IRREGULAR.items():
        odd = f"configs/{name}.yaml"
        make(small_project / odd)
        real = "/dev/zero" if name == "device" else odd
        side = "zero" if name == "device" else odd  # in a tree of its own, outside the project
        base, mix = f"by_{name}.yaml", f"configs/train/mix_{name}.yaml"
        write_files(small_project, {base: f"a: 1\nextends:\n  - {odd}\n"})
        said = f"cannot read: {kind}, not a file"
        roles += [
            (name, ("inspect", "--config", odd), f"{real}: {said}"),
            (name, ("inspect", "--config", odd, "--key", "a"), f"{real}: {said}"),
            (name, ("diff", "--left", A, "--right", odd), f"{side}: {said}"),
            (name, ("diff", "--left", A, "--right", B, "--profile", odd), f"{real}: {said}"),
            (name, ("inspect", "--config", base), f"{base}:3:5: the base '{odd}' is {kind}, not a"),
        ]
        if name != "device":  # a fusion config is never outside
            write_files(small_project, {mix: f"custom: {{fusion_config: {odd}}}\n"})
            fault = f"{mix}:1:10: custom.fusion_config names '{odd}', which is {kind}, not a file"
            roles.append((name, ("snapshot", "--preset", mix), fault))
    before = contents(small_project)
    answers = run_apart(small_project, *(words for _, words, _ in roles))
    for (_, words, message), ran in zip(roles, answers, strict=True):
        assert ran.err.startswith(message), words
        assert (ran.code, ran.out) == (1, "")
    assert contents(small_project) == before


def test_a_file_whose_size_is_not_true_is_read_to_its_bound() -> None:
    tree = DiskTree(Path("/proc/self"))
    assert tree.read("status", 10**6).startswith(b"Name:")
    with pytest.raises(MigrationError, match="larger than 3 bytes"):
        tree.read("status", 3)


# ---------------------------------------------------------------------------- long and wide chains


def chain_of(files: int, lowest: str = "") -> dict[str, str]:
    texts = {f"c{n}.yaml": f"x:\n  k{n}: {n}\nextends: c{n - 1}.yaml\n" for n in range(1, files)}
    return {"c0.yaml": f"{lowest}x: {{lr: 1e-5}}\n", **texts}


def test_the_longest_chain_is_read_by_every_command(small_project: Path) -> None:
    texts = chain_of(MAX_DESCENT - 2, "extends: ../base.yaml\n")
    files = {f"configs/components/{name}": text for name, text in texts.items()}
    last = f"c{MAX_DESCENT - 3}.yaml"
    write_files(small_project, {**files, A: f"extends: ../components/{last}\n"})
    (small_project / B).unlink()
    assert_every_command_answers(small_project, MAX_DESCENT)


def test_a_chain_one_file_longer_is_refused_where_it_becomes_too_long(
    config_tree: ConfigTree,
) -> None:
    tree = config_tree(chain_of(MAX_DESCENT + 1))
    message = f"c1.yaml:3:1: the 'extends' chain is deeper than {MAX_DESCENT} files\n  from c2."
    with pytest.raises(MigrationError) as error:
        ConfigLoader(tree).resolve(f"c{MAX_DESCENT}.yaml")
    assert str(error.value).startswith(message)
    # Nor may it matter what was resolved before.
    loader = ConfigLoader(tree)
    assert len(loader.resolve(f"c{MAX_DESCENT - 1}.yaml").chain) == MAX_DESCENT
    with pytest.raises(MigrationError, match=f"deeper than {MAX_DESCENT} files"):
        loader.resolve(f"c{MAX_DESCENT}.yaml")


def test_a_chain_without_an_end_in_sight_is_refused_by_every_command(small_project: Path) -> None:
    files = {f"configs/components/{name}": text for name, text in chain_of(1_000).items()}
    write_files(small_project, {**files, A: "extends: ../components/c999.yaml\n"})
    commands = [
        ("snapshot",), ("inspect", "--config", A), ("inspect", "--config", A, "--key", "x"),
        ("inspect", "--config", A, "--origins"), ("diff", "--left", A, "--right", B),
    ]  # fmt: skip
    at = f"configs/components/c{1_000 - MAX_DESCENT + 1}.yaml:3:1"
    for ran in run_apart(small_project, *commands):
        assert ran.err.startswith(f"{at}: the 'extends' chain is deeper than {MAX_DESCENT} files")
        assert ran.code == 1
        assert len(ran.err.splitlines()) < 50
    (linted,) = run_apart(small_project, ("lint",))
    assert (linted.code, linted.err) == (2, "")
    assert at in linted.out


def lattice(levels: int) -> dict[str, str]:
    """Return two files a level; each extends both files of the level below."""
    lowest = "extends: ../base.yaml\nx: {lr: 1e-5}\n"
    files = {f"{side}0.yaml": lowest for side in "lr"}
    for n in range(1, levels):
        extends = f"extends: [l{n - 1}.yaml, r{n - 1}.yaml]\n"
        files |= {f"{side}{n}.yaml": f"{extends}x: {{{side}{n}: 1}}\n" for side in "lr"}
    return files


def test_a_lattice_is_read_by_every_command(small_project: Path) -> None:
    files = {f"configs/components/{name}": text for name, text in lattice(30).items()}
    top = "extends: [../components/l29.yaml, ../components/r29.yaml]\n"
    write_files(small_project, {**files, A: top})
    (small_project / B).unlink()
    assert_every_command_answers(small_project, 62)


@pytest.mark.parametrize(
    ("bottom", "message"),
    [
        (None, "configs/components/l1.yaml:1:11: unknown base 'l0.yaml'"),
        ("x: [\n", "configs/components/l0.yaml:1:4: not valid YAML"),
        ("extends: r29.yaml\n", "configs/components/r1.yaml:1:11: 'extends' is a cycle: "),
    ],
    ids=["missing", "broken", "a cycle"],
)
def test_what_is_wrong_below_a_lattice_is_told_once(
    small_project: Path, bottom: str | None, message: str
) -> None:
    files = {f"configs/components/{name}": text for name, text in lattice(30).items()}
    top = "extends: [../components/l29.yaml, ../components/r29.yaml]\n"
    write_files(small_project, {**files, A: top})
    if bottom is None:
        (small_project / "configs/components/l0.yaml").unlink()
    else:
        write_files(small_project, {"configs/components/l0.yaml": bottom})
    commands = [("inspect", "--config", A), ("snapshot",), ("lint",)]
    inspected, frozen, linted = run_apart(small_project, *commands)
    assert inspected.code == frozen.code == 1
    assert message in inspected.err
    assert message in frozen.err
    assert message.replace(": ", ": error L001: ", 1) in linted.out
    faults = [line for line in inspected.err.splitlines() if not line.startswith("  ")]
    assert len(faults) == len(set(faults))


def assert_every_command_answers(project: Path, files: int) -> None:
    """Freeze the preset, migrate it, and ask of it all that can be asked on the way."""
    words = [
        ("inspect", "--config", A), ("inspect", "--config", A, "--key", "x.lr"),
        ("inspect", "--config", A, "--key", "x"), ("inspect", "--config", A, "--origins"),
        ("snapshot",), ("snapshot", "--check"), ("advance",), ("check-parity",), ("ledger",),
        ("lint",), ("draft", "--preset", A), ("diff", "--left", A, "--right", A),
        ("draft", "--preset", A, "--out", A, "--force"), ("check-parity", "-v"),
        ("retire", "--dry-run"),
    ]  # fmt: skip
    answers = run_apart(project, *words)
    assert [ran.err for ran in answers] == [""] * len(words)
    assert {ran.code for ran in answers} <= {0, 2}
    chain, _, _ = answers[0].out.partition("\n\n")
    assert len(chain.splitlines()) == 1 + files
    assert "wins" in answers[1].out
    assert f"{files} → 2" in answers[-2].out
    assert "verified" in answers[-2].out


# ---------------------------------------------------------------------------------- out of the root


@pytest.mark.parametrize(
    ("links", "files", "message"),
    [
        (
            {},
            {A: "extends: ../../../out/b.yaml\n"},
            f"{A}:1:1: the base '../../../out/b.yaml' lies",
        ),
        (
            {},
            {A: "extends: {out}/b.yaml\n"},
            f"{A}:1:1: the base '{{out}}/b.yaml' lies outside the",
        ),
        (
            {"configs/b.yaml": "b.yaml"},
            {A: "extends: ../b.yaml\n"},
            f"{A}:1:1: the base '../b.yaml'",
        ),
        (
            {"configs/out": ""},
            {A: "extends: ../out/b.yaml\n"},
            f"{A}:1:1: the base '../out/b.yaml'",
        ),
        ({A: "b.yaml"}, {}, f"{A}: leads outside the project: {{out}}/b.yaml"),
        ({"configs/base.yaml": "b.yaml"}, {}, f"{A}:1:11: the base '../base.yaml' lies outside"),
        ({FUSION: "b.yaml"}, {}, f"{A}:2:10: custom.fusion_config leads outside the project"),
        (
            {"configs/mix.yaml": "b.yaml"},
            {FUSION: "extends: ../mix.yaml\n"},
            f"{FUSION}:1:1: the base '../mix.yaml' lies outside the project: {{out}}/b.yaml",
        ),
    ],
    ids=["..", "absolute", "link", "folder", "preset", "base", "fusion", "base of a fusion"],
)
def test_nothing_outside_the_project_is_a_part_of_a_preset(
    small_project: Path, links: Mapping[str, str], files: Mapping[str, str], message: str
) -> None:
    out = small_project.parent / "out"
    write_files(out, {"b.yaml": "targets: [{name: a}]\n"})
    for path, target in links.items():
        (small_project / path).unlink(missing_ok=True)
        (small_project / path).symlink_to(out / target)
    write_files(small_project, {path: text.format(out=out) for path, text in files.items()})
    ran = run(small_project, "snapshot", "--preset", A)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(message.format(out=out))
    if FUSION not in links:  # a fusion config that a preset names is never outside
        edit(small_project / "pyproject.toml", "phase_1 = []", "phase_1 = []\nallow_outside = true")
        assert run(small_project, "snapshot", "--preset", A).code == 0


def test_a_linked_folder_of_presets_does_not_lead_outside(small_project: Path) -> None:
    write_files(small_project.parent / "out", {"c.yaml": "seed: 1\n"})
    edit(small_project / "pyproject.toml", "train/*.yaml", "train/**/*.yaml")
    (small_project / "configs/train/more").symlink_to(small_project.parent / "out")
    ran = run(small_project, "snapshot", "--strict")
    outside = f"{small_project.parent}/out/c.yaml"
    assert ran.err.startswith(f"configs/train/more/c.yaml: leads outside the project: {outside}\n")


# -------------------------------------------------------------------------------- odd, and not evil


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            "a: 1\n".encode("utf-16"),
            ":1: not UTF-8: it is UTF-16 (PowerShell's `>` writes it); save it as UTF-8",
        ),
        ("a: 1\n".encode("utf-16-be"), ":1: not UTF-8: it is UTF-16 (PowerShell's"),
        ("a: 1\nb: é\n".encode("latin-1"), ":2:4: not UTF-8: byte 0xe9; save it as UTF-8"),
        (b"a: 1\nb: \xed\xa0\x80\n", ":2:4: not UTF-8: byte 0xed; save it as UTF-8"),
        (b"a: 1\n\nb: \x1b[31m\n", ":3:4: the character U+001B is not allowed in YAML"),
        (b"a: 1\n---\nb: 1\n", ":2:1: not valid YAML: expected a single document"),
        (
            b"a: 1\nb: !!python/object/apply:os.system [touch owned]\n",
            ":2:4: not valid YAML: could",
        ),
        (b"a: 1\nb: !mine {}\n", ":2:4: not valid YAML: could not determine a constructor"),
        (b"a: 1\n? [b, c]\n: 1\n", ":2:3: not valid YAML: while constructing a mapping, found"),
        (b"a: 1\n? {b: c}\n: 1\n", ":2:3: not valid YAML: while constructing a mapping, found"),
        (b"a:\n\tb: 1\n", ":2:1: not valid YAML: while scanning for the next token, found"),
        (b"a:\t1\n", ":1:3: not valid YAML: while scanning for the next token, found character"),
    ],
)
def test_what_no_trainer_reads_is_refused_where_it_stands(
    small_project: Path, data: bytes, message: str
) -> None:
    (small_project / A).write_bytes(data)
    ran = run(small_project, "inspect", "--config", A)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"{A}{message}")
    assert not (small_project / "owned").exists()


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"\xef\xbb\xbfa: 1\n", {"a": 1}),
        (b"a: 1\r\nb: |\r\n  x\r\n  y\r\n", {"a": 1, "b": "x\ny\n"}),
        (b"a: 1\rb: 2\r", {"a": 1, "b": 2}),
        (b"1: a\ntrue: b\n1.0: c\n", {1: "c"}),
        (b"a: 1 #\t\nb: 'x\ty'\n", {"a": 1, "b": "x\ty"}),
        (b'a: "\\ud83d\\ude00"\n', {"a": "\ud83d\ude00"}),
        (b'a: "\\ud800"\n', {"a": "\ud800"}),
    ],
    ids=["a mark", "CRLF", "CR", "keys that are equal", "tabs", "surrogates", "a lone surrogate"],
)
def test_what_the_trainer_reads_is_read(
    config_tree: ConfigTree, data: bytes, value: object
) -> None:
    tree = config_tree({})
    (tree.root / "a.yaml").write_bytes(data)
    for context in (nullcontext(), without_libyaml()):
        with context:
            loader = ConfigLoader(tree)
            assert loader.resolve("a.yaml").value == value
            assert loader.marks("a.yaml").keys() - {HERE} == loader.load_yaml("a.yaml").keys()


def test_presets_that_differ_in_their_ending_alone_are_two(small_project: Path) -> None:
    edit(small_project / "pyproject.toml", 'train/*.yaml"', 'train/*.yaml", "configs/train/*.yml"')
    write_files(small_project, {"configs/train/a.yml": "extends: ../base.yaml\nseed: 2\n"})
    assert run(small_project, "snapshot").code == 0
    frozen = small_project / "snapshots/presets/configs/train"
    assert sorted(path.name for path in frozen.iterdir()) == [
        "a.yaml.json", "a.yml.json", "b.yaml.json",
    ]  # fmt: skip
    edit(small_project / "configs/train/a.yml", "seed: 2", "seed: 3")
    ran = run(small_project, "check-parity", "--preset", "configs/train/a.yml")
    cause = r"\n\[\w{4}\] seed +1 preset · changed\n  2 \(int\) → 3 \(int\)\n"
    assert re.search(cause, ran.out)
