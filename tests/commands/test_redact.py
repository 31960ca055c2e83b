from __future__ import annotations

from pathlib import Path

import pytest

from migration.cli.formats import FORMATS
from tests.conftest import write_files
from tests.running import commit_all, edit, needs_git, run

pytestmark = needs_git
OLD, NEW = "hunter2hunter2", "correct-horse-battery"
TABLE = (
    '[tool.config-migration]\npresets = ["configs/train/*.yaml"]\nbase = "configs/base.yaml"\n'
    'redact = ["*.api_key", "tokens"]\n'
)
MERGED = "{<<: [{api_key: hunter2}, {api_key: hunter22}]}\n"
"""It depends on the release of PyYAML."""
PRESET = (
    "extends: ../base.yaml\nname: a\nwandb: {api_key: OLD}\n"
    "loggers:\n- {kind: web, api_key: OLD}\n- {kind: file}\ntokens: [OLD, x]\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project in which every secret has changed since it was frozen and committed."""
    files = {
        "pyproject.toml": TABLE,
        "configs/base.yaml": f"wandb: {{api_key: {OLD}}}\n",
        "configs/train/a.yaml": PRESET.replace("OLD", OLD),
        "configs/train/b.yaml": "extends: a.yaml\n",
    }
    write_files(tmp_path, files)
    assert run(tmp_path, "snapshot").code == 0
    commit_all(tmp_path)
    edit(tmp_path / "configs/train/a.yaml", OLD, NEW)
    more = f"extends: a.yaml\nwandb: {{api_key: {OLD}}}\nwandb: {{api_key: 0777123}}\n"
    write_files(tmp_path, {"configs/train/new.yaml": more})
    return tmp_path


CALLS = {
    "check-parity": ["check-parity", "--no-record"],
    "compare": ["compare", "HEAD"],
    "diff": ["diff", "snapshots/presets/configs/train/a.yaml.json", "configs/train/a.yaml"],
    "ledger": ["ledger"],
    "inspect": ["inspect", "configs/train/a.yaml"],
    "inspect --origins": ["inspect", "configs/train/a.yaml", "--origins"],
    "inspect --key": ["inspect", "configs/train/new.yaml", "--key", "wandb.api_key"],
    "values": ["values", "**.api_key", "tokens"],
    "uses": ["uses", "configs/base.yaml"],
    "lint": ["lint"],
}
FORMS = [(command, name) for command in CALLS for name in FORMATS[command]]


@pytest.mark.parametrize(("command", "form"), FORMS)
def test_no_report_shows_a_secret(project: Path, command: str, form: str) -> None:
    default = next(iter(FORMATS[command]))
    words = [*CALLS[command], "-v", *([] if form == default else ["--format", form])]
    ran = run(project, *words)
    assert ran.code in (0, 2), ran
    for secret in (OLD, NEW, "0777123", "261715"):
        assert secret not in ran.out + ran.err, ran
    shows_values = command not in ("uses", "ledger", "lint") and form not in ("github", "junit")
    assert ("redacted" in ran.out) >= shows_values, ran


def test_a_change_of_a_secret_is_still_found(project: Path) -> None:
    ran = run(project, "check-parity", "--no-record", "configs/train/a.yaml")
    assert ran.code == 2
    assert ran.out.splitlines()[0] == "1 of 1 preset differs from its baseline, for 3 causes"
    assert "redacted " in ran.out
    assert "(str) → redacted " in ran.out


def test_the_whole_value_of_a_mapping_hides_its_parts(project: Path) -> None:
    ran = run(project, "inspect", "configs/train/a.yaml", "--key", "wandb")
    assert OLD not in ran.out
    assert NEW not in ran.out
    assert ran.code == 0


def test_a_payload_to_pipe_is_the_real_one(project: Path) -> None:
    ran = run(project, "inspect", "configs/train/a.yaml", "--payload-only")
    assert NEW in ran.out


def test_either_side_of_a_comparison_may_hide_a_value(project: Path) -> None:
    edit(project / "pyproject.toml", 'redact = ["*.api_key", "tokens"]\n', "")
    assert NEW not in run(project, "compare", "HEAD").out


def test_a_pattern_that_is_none_is_refused(project: Path) -> None:
    edit(project / "pyproject.toml", '"tokens"', '"a..b"')
    ran = run(project, "ledger")
    assert ran.code == 1
    assert ran.err.startswith("pyproject.toml:4: 'redact' is not a key path, with or without")


@pytest.mark.parametrize("form", FORMATS["compare"])
def test_a_renamed_key_hides_its_value_under_both_names(project: Path, form: str) -> None:
    text = PRESET.replace("OLD", OLD).replace("wandb: {api_key", "wandb: {apikey")
    write_files(project, {"configs/train/a.yaml": text, "configs/base.yaml": "x: 1\n"})
    (project / "configs/train/new.yaml").unlink()
    for words in (["compare", "HEAD"], ["check-parity", "--no-record"]):
        ran = run(project, *words, "--format", form)
        assert NEW not in ran.out + ran.err
        assert OLD not in ran.out + ran.err


@pytest.mark.parametrize(
    "value",
    [
        "*hunter2",
        "!hunter2 x",
        "!!int hunter2",
        "!!int it's'hunter2",
        "[hunter2",
        "{{ hunter2 }}",
        MERGED,
    ],
)
def test_an_error_quotes_nothing(project: Path, value: str) -> None:
    text = f"db: {{api_key: {value}}}\n" if value != MERGED else MERGED
    write_files(project, {"configs/train/a.yaml": text})
    for words in (
        ["compare", "HEAD"],
        ["compare", "HEAD", "--format", "json"],
        ["check-parity", "--no-record"],
        ["lint"],
        ["values", "x"],
        ["inspect", "configs/train/a.yaml"],
    ):
        ran = run(project, *words)
        assert "hunter2" not in ran.out + ran.err, words
        assert "configs/train/a.yaml:1:" in ran.out + ran.err


@pytest.mark.parametrize("text", ["{x: !!int hunter2}", "{w: !!omap [api_key: hunter2]}"])
def test_what_one_side_hides_no_error_and_no_entry_shows(project: Path, text: str) -> None:
    write_files(project, {"configs/train/a.yaml": f"{text}\n"})
    commit_all(project)
    edit(project / "pyproject.toml", 'redact = ["*.api_key", "tokens"]\n', "")
    write_files(project, {"configs/train/a.yaml": f"{text.replace('hunter2', 'hunter3')}\n"})
    for words in (["compare", "HEAD"], ["compare", "HEAD", "HEAD~1"]):
        ran = run(project, *words)
        assert ran.code == 0
        assert "hunter" not in ran.out + ran.err


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("configs/train/b.yaml", f"custom: {{fusion_config: {{api_key: {OLD}}}}}\n"),
        ("configs/train/b.yaml", f"custom: {{fusion_config: [{{api_key: {OLD}}}]}}\n"),
        ("configs/train/b.yaml", f"length: {OLD}\ncustom: {{fusion_config: configs/f.yaml}}\n"),
        ("configs/f.yaml", f"targets: [{{name: t}}]\nsources: [{{name: s, ratio: {OLD}}}]\n"),
    ],
)
def test_what_is_wrong_with_a_value_is_said_without_the_value(
    project: Path, file: str, text: str
) -> None:
    more = TABLE + 'length_key = "length"\n'
    more = more.replace("redact = [", 'redact = ["length", "*.ratio", ')
    naming = "custom: {fusion_config: configs/f.yaml}\n"
    fusion = "targets: [{name: t}]\nsources: [{name: s, ratio: 1}]\n"
    write_files(project, {"pyproject.toml": more, "configs/train/b.yaml": naming})
    write_files(project, {"configs/f.yaml": fusion, "configs/train/a.yaml": "name: a\n"})
    commit_all(project)
    write_files(project, {file: text})
    preset = "configs/train/b.yaml"
    told = ""
    for words in (*CALLS.values(), ["inspect", preset, "--effective"], ["diff", preset, preset]):
        for form in FORMATS.get(words[0], ("table", "json")):
            ran = run(project, *words, "--format", form)
            told += ran.out + ran.err
    assert " must be a " in told
    assert OLD not in told
