"""Paths in texts: which spellings name a file, and which do not."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

import pytest

from migration.project.references.written_paths import Sought, text_of

FILE, ODD, FOLDER = "configs/parts/x.yaml", "configs/my parts/zé,1.json", "configs/parts"
LINED, JOINED = "configs/parts/_y.yaml", "configs/lr=1e-5@a+b/x.yaml"
NO_WORD, SPACED = "configs/日本", "configs/my parts"
SOUGHT = Sought([FILE, ODD, LINED, JOINED, NO_WORD], [FOLDER, SPACED])


def meant(written: str) -> Iterator[str]:
    """Read a path as one from the root, or from the folder of scripts."""
    yield posixpath.normpath(written)
    yield posixpath.normpath(posixpath.join("scripts", written))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("train configs/parts/x.yaml --fast", FILE),
        ("./configs/parts/x.yaml", FILE),
        ("../configs/parts/x.yaml", FILE),
        ("configs//parts/./x.yaml", FILE),
        ("see configs/parts/x.yaml.", FILE),
        ("(configs/parts/x.yaml:12)", FILE),
        ("@configs/parts/x.yaml", FILE),
        ("--config=configs/parts/x.yaml", FILE),
        ("$ROOT/configs/parts/x.yaml", FILE),
        ("${ROOT}/configs/parts/x.yaml.", FILE),
        ('"$ROOT"/configs/parts/x.yaml', FILE),
        ("$(pwd)/configs/parts/x.yaml", FILE),
        ("%ROOT%\\configs\\parts\\x.yaml", FILE),
        ("'configs\\\\parts\\\\x.yaml'", FILE),
        ("'see\\nconfigs/parts/x.yaml\\n'", FILE),
        ('{"a": "configs\\/parts\\/x.yaml"}', FILE),
        ("file:configs/parts/x.yaml", FILE),
        ("configs/my parts/zé,1.json", ODD),
        ("configs/my\\ parts/zé,1.json", ODD),
        ("../configs/my parts/zé,1.json", ODD),
        ("[it](configs/my%20parts/z%C3%A9%2C1.json)", ODD),
        ("configs/my parts/ze\u0301,1.json", ODD),
        ('"configs/my parts/z\\u00e9,1.json"', ODD),
        ("ls configs/parts/*.yaml", FOLDER),
        ("configs/parts/$NAME.yaml", FOLDER),
        ("a@configs/parts/x.yaml@v1", FILE),
        ("+configs/parts/x.yaml+other.yaml", FILE),
        ("_configs/parts/x.yaml_", FILE),
        ("~~configs/parts/x.yaml.", FILE),
        ("train -fconfigs/parts/x.yaml", FILE),
        ("tar -xzf./configs/parts/x.yaml", FILE),
        ("%s/configs/parts/x.yaml", FILE),
        ("$1/configs/parts/x.yaml", FILE),
        ("`pwd`/configs/parts/x.yaml", FILE),
        ("见configs/parts/x.yaml文件", FILE),
        ("「configs/parts/x.yaml」。", FILE),
        ("\u201cconfigs/parts/x.yaml\u201d", FILE),
        ("\u00abconfigs/parts/x.yaml\u00bb", FILE),
        ("configs/parts/x.yaml\u2026", FILE),
        ("a%0A%0Aconfigs/parts/x.yaml", FILE),
        ('"\\u000aconfigs/parts/x.yaml"', FILE),
        ("configs/parts/_y.yaml.", LINED),
        ("(configs/parts/_y.yaml_)", LINED),
        ("见configs/my parts/zé,1.json文件", ODD),
        ("-fconfigs/my parts/zé,1.json.", ODD),
        ("'configs/my parts/zé\\,1.json'", ODD),
        ("$ROOT/configs/my parts/zé,1.json", ODD),
        ("cp configs/lr=1e-5@a+b/x.yaml /tmp", JOINED),
        ("configs/日本", NO_WORD),
        ("see configs/my parts/", SPACED),
    ],
)
def test_a_path_is_found_however_it_is_written(text: str, path: str) -> None:
    assert path in SOUGHT.named_roughly(f"a\n{text}\n")
    assert SOUGHT.in_text(f"a\r\n{text}\r\n", meant) == ((2, path),)


@pytest.mark.parametrize(
    "text",
    [
        "x.yaml",
        "myconfigs/parts/x.yaml.bak",
        "configs/parts/x.yaml.bak",
        "configs/parts/x.yaml~",
        "configs/parts/x.yaml2",
        "other/configs/parts/x.yaml",
        "https://example.org/configs/parts/x.yaml",
        "other/configs/my parts/zé,1.json",
        "configs/my parts/zé,1.json.bak",
        "configs",
        "configs/parts/y.yaml",
        "configs/parts/../other/z.yaml",
        "configs/parts/x.yaml/more",
        "1e-5@a+b/x.yaml",
        "configs/lr=1e-5@a+b/x.yaml2",
        "other configs/my partsx/zé,1.json",
        "日本",
    ],
)
def test_what_only_looks_like_the_path_is_not_found(text: str) -> None:
    assert SOUGHT.in_text(f"{text}\n", meant) == ()


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("configs/parts/x.yaml,configs/parts/_y.yaml", (LINED, FILE)),
        ("configs/parts/x.yaml", FILE),
        (" ./configs/parts/x.yaml\n", FILE),
        ("configs/parts/", FOLDER),
        ("configs/my parts/zé,1.json", ODD),
        ("file://configs/my%20parts/zé,1.json", ODD),
        ("train --config configs/parts/x.yaml", FILE),
        ("${oc.env:ROOT}/configs/parts/x.yaml", FILE),
        ("x.yaml", None),
        ("", None),
    ],
)
def test_a_value_names_a_file_as_a_whole_or_somewhere_in_it(
    value: str, path: str | tuple[str, ...] | None
) -> None:
    paths = path if isinstance(path, tuple) else (path,) if path else ()
    assert SOUGHT.in_value(value, meant) == paths


@pytest.mark.parametrize(
    ("value", "paths"),
    [
        ("configs/parts/*.yaml", (LINED, FILE)),
        ("./configs/parts/x.*", (FILE,)),
        ("configs/**/x.yaml", (JOINED, FILE)),
        ("../configs/parts/?.yaml", (FILE,)),
        ("configs/parts/{name}.yaml", (LINED, FILE)),
        ("configs/parts/${name}.yaml", (LINED, FILE)),
        ("configs/parts/$NAME.yaml", (LINED, FILE)),
        ("configs/parts/%s.yaml", (LINED, FILE)),
        ("${root}/configs/parts/*.yaml", (LINED, FILE)),
        ("file:configs/parts/*.yaml", (LINED, FILE)),
        ("configs/parts/x.yaml", ()),
        ("configs/parts/*.json", ()),
        ("**/*.yaml", ()),
        ("*", ()),
        ("{root}/{name}.yaml", ()),
        ("is it configs/parts/x.yaml or configs/parts/*.yaml?", ()),
    ],
)
def test_a_value_may_be_a_pattern_that_files_match(value: str, paths: tuple[str, ...]) -> None:
    assert SOUGHT.matched_by(value, meant) == paths
    assert not paths or SOUGHT.may_be_named(f"a: {value}\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_a_text_is_read_in_the_encoding_that_its_first_bytes_tell(encoding: str) -> None:
    data = "é".encode(encoding)
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    assert text_of(mark + data) == "é"


def test_what_is_no_text_has_none() -> None:
    assert text_of(b"configs/parts/x.yaml\0") is None
    assert text_of(b"\xff.yaml") == "\udcff.yaml"
