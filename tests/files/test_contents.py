from __future__ import annotations

import pytest

from migration.errors import MigrationError
from migration.files.contents import conflict_line, decode_text, pointer_fault

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n"


def refusal(data: bytes) -> str:
    with pytest.raises(MigrationError) as error:
        decode_text(data, "a.yaml")
    return str(error.value)


@pytest.mark.parametrize("text", ["bs: 8\n", "name: 类型\nnote: 说明\n", "# 😀\nbs: 8\r\n"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named_with_or_without_its_mark(text: str, encoding: str) -> None:
    assert refusal(text.encode(encoding)) == (
        "a.yaml:1: not UTF-8: it is UTF-16 (PowerShell's `>` writes it); save it as UTF-8"
    )


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be"])
def test_utf_32_is_named_with_or_without_its_mark(encoding: str) -> None:
    assert refusal("bs: 8\nname: 类型\n".encode(encoding)) == (
        "a.yaml:1: not UTF-8: it is UTF-32; save it as UTF-8"
    )


def test_a_long_text_in_utf_16_is_named_though_its_head_ends_within_a_character() -> None:
    assert "it is UTF-16" in refusal(("a" + "😀b" * 5_000).encode("utf-16-le"))


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"a: \xe4\n", "1:4: not UTF-8: byte 0xe4"),
        (b"a: 1\nb: gr\xfcn\n", "2:6: not UTF-8: byte 0xfc"),
        (b"a: 1\r\rb: \xff", "3:4: not UTF-8: byte 0xff"),
        ("\ufeffä: ".encode() + b"\xff", "1:4: not UTF-8: byte 0xff"),
        (b"a: \xc3", "1:4: not UTF-8: byte 0xc3"),
    ],
)
def test_any_other_byte_is_named_with_its_line_and_column(data: bytes, place: str) -> None:
    assert refusal(data) == f"a.yaml:{place}; save it as UTF-8"


@pytest.mark.parametrize(
    "text", ["bs: 8\n", "\ufeffbs: 8\n", "类\n", "bs: 8\0", "\0\0", "a\0b\0c: 类"]
)
def test_utf_8_is_read_even_with_a_stray_zero(text: str) -> None:
    assert decode_text(text.encode(), "a.yaml") == text


def test_a_pointer_of_git_lfs_is_named() -> None:
    assert refusal(POINTER.encode()) == (
        "a.yaml:1: a pointer of Git LFS, not the file itself\n"
        "  hint: `git lfs pull` fetches the file"
    )
    assert pointer_fault(POINTER.encode().decode(), "a.yaml")


@pytest.mark.parametrize("text", ["", f"# {POINTER}", f"note: |\n  {POINTER}", "version: 1\n"])
def test_a_text_about_git_lfs_is_no_pointer(text: str) -> None:
    assert pointer_fault(text, "a.yaml") is None


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_conflict_is_found_at_its_first_marker(end: str) -> None:
    lines = ["a", "<<<<<<< ours", "b", "=======", "c", ">>>>>>> theirs", ""]
    assert conflict_line(end.join(lines)) == 2
    assert conflict_line(end.join(lines[2:])) == 2
    assert conflict_line("a ======= b\n======\n========\n") is None
