from __future__ import annotations

import pytest

from migration.errors import MigrationError
from migration.project.project import open_project
from migration.project.settings import Settings
from migration.project.settings_file import read_settings
from migration.yaml.rules import YamlRules
from tests.conftest import LEGACY

TABLE = "[project]\nname = 'x'\n\n[tool.config-migration]\n"


def refusal(text: str) -> str:
    with pytest.raises(MigrationError) as error:
        read_settings(text, "pyproject.toml")
    return str(error.value)


@pytest.mark.parametrize("text", ["", "[tool.other]\nx = 1\n", "[project]\nname = 'x'\n"])
def test_a_file_without_the_table_has_no_settings(text: str) -> None:
    assert read_settings(text, "pyproject.toml") is None


@pytest.mark.parametrize("text", [TABLE, TABLE.replace("\n", "\r\n")])
def test_a_byte_order_mark_is_no_fault(text: str) -> None:
    assert read_settings(f"\ufeff{text}", "pyproject.toml") == Settings()


def test_a_conflict_of_git_is_called_one() -> None:
    conflict = '<<<<<<< HEAD\nbase = "a.yaml"\n=======\nbase = "b.yaml"\n>>>>>>> topic\n'
    assert refusal(f"{TABLE}{conflict}") == (
        "pyproject.toml:5: a conflict marker of git\n"
        "  hint: finish the merge: keep what is right of both sides, and remove the markers"
    )


def test_a_text_about_conflicts_is_no_conflict() -> None:
    about = 'note = """\n<<<<<<< HEAD\n=======\n>>>>>>> topic\n"""\n'
    assert read_settings(f"[other]\n{about}{TABLE}", "pyproject.toml") == Settings()


def test_an_empty_table_means_the_defaults() -> None:
    assert read_settings(TABLE, "pyproject.toml") == Settings()


def test_every_setting_can_be_written() -> None:
    settings = read_settings(
        TABLE
        + """\
presets = ["a/*.yaml"]
exclude = []
legacy = ["old/**"]
base = "a/base.yaml"
snapshots = "frozen/here"
profile = "rules.yaml"
fusion_key = 'data."mix.file"'
phase_1 = ["a/b.yaml"]
new = "note"
allow_outside = true
not_inheritance = ["include", "a.b"]
launch_settings = ["model.name"]
runtime_settings = ['env."a.b"', "model.dtype"]
length_key = "seq_len"
length_required = ["a/long/**"]
max_files = 2
max_overlays = 1
""",
        "pyproject.toml",
    )
    assert settings == Settings(
        presets=("a/*.yaml",),
        exclude=(),
        legacy=("old/**",),
        base="a/base.yaml",
        snapshots="frozen/here",
        profile="rules.yaml",
        fusion_key=("data", "mix.file"),
        phase_1=("a/b.yaml",),
        new="note",
        allow_outside=True,
        not_inheritance=("include", "a.b"),
        launch_settings=(("model", "name"),),
        runtime_settings=(("env", "a.b"), ("model", "dtype")),
        length_key="seq_len",
        length_required=("a/long/**",),
        max_files=2,
        max_overlays=1,
        written={
            "presets": 5,
            "exclude": 6,
            "legacy": 7,
            "base": 8,
            "snapshots": 9,
            "profile": 10,
            "fusion_key": 11,
            "phase_1": 12,
            "new": 13,
            "allow_outside": 14,
            "not_inheritance": 15,
            "launch_settings": 16,
            "runtime_settings": 17,
            "length_key": 18,
            "length_required": 19,
            "max_files": 20,
            "max_overlays": 21,
        },
    )


def test_a_line_that_cannot_be_found_is_left_out() -> None:
    settings = read_settings("tool.config-migration.base = 'b.yaml'\n", "pyproject.toml")
    assert settings is not None
    assert settings.written == {"base": None}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("preset = []", "unknown setting 'preset'\n  hint: did you mean 'presets'?"),
        (
            "colour = 1",
            (
                "unknown setting 'colour'\n  hint: known are presets, exclude, legacy, base, "
                "snapshots, profile, fusion_key, phase_1, new, allow_outside, not_inheritance, "
                "launch_settings, runtime_settings, length_key, length_required, max_files, "
                "max_overlays, moved, redact, inheritance, yaml, lint"
            ),
        ),
        ("presets = 'a'", "'presets' must be a list of strings"),
        ("exclude = [1]", "'exclude' must be a list of strings"),
        ("presets = ['../a']", "'presets' must stay inside the project, not '../a'"),
        ("legacy = ['/a/**']", "'legacy' must stay inside the project, not '/a/**'"),
        ("presets = ['a/../b']", "'presets' must stay inside the project, not 'a/../b'"),
        ("phase_1 = ['./../a']", "'phase_1' must stay inside the project, not './../a'"),
        (
            "presets = ['[b-a].yaml']",
            "'presets' has a pattern that cannot be read, '[b-a].yaml': bad character range b-a",
        ),
        ("base = 1", "'base' must be a string, and not empty"),
        ("profile = ''", "'profile' must be a string, and not empty"),
        ("snapshots = '../x'", "'snapshots' must be a path inside the project, not '../x'"),
        ("snapshots = 'a/..'", "'snapshots' must be a path inside the project, not 'a/..'"),
        ("snapshots = '.'", "'snapshots' must be a folder of its own, not the project's"),
        ("snapshots = './/'", "'snapshots' must be a folder of its own, not the project's"),
        ("base = '/x'", "'base' must be a path inside the project, not '/x'"),
        ("allow_outside = 'yes'", "'allow_outside' must be true or false"),
        ("launch_settings = 'a'", "'launch_settings' must be a list of strings"),
        ("runtime_settings = ['a', 'b..c']", "'runtime_settings' is not a key path: 'b..c'"),
        ("launch_settings = ['']", "'launch_settings' is not a key path: ''"),
        (
            "length_required = ['../a']",
            "'length_required' must stay inside the project, not '../a'",
        ),
        ("new = 'warn'", "'new' must be \"error\" or \"note\", not 'warn'"),
        ("new = true", "'new' must be a string, and not empty"),
        ("length_key = ''", "'length_key' must be a string, and not empty"),
        ("not_inheritance = 'a'", "'not_inheritance' must be a list of strings"),
        ("max_files = 0", "'max_files' must be a whole number of at least 1"),
        ("max_files = 2.0", "'max_files' must be a whole number of at least 1"),
        ("max_overlays = true", "'max_overlays' must be a whole number of at least 1"),
        ("fusion_key = 'a..b'", "'fusion_key' is not a key path: 'a..b'"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(line: str, message: str) -> None:
    assert refusal(f"{TABLE}base_comment = 1\n{line}\n".replace("base_comment = 1", "# ok")) == (
        f"pyproject.toml:6: {message}"
    )


def test_every_fault_is_told() -> None:
    assert refusal(f"{TABLE}base = 1\nnope = 2\n").splitlines()[:2] == [
        "pyproject.toml:5: 'base' must be a string, and not empty",
        "pyproject.toml:6: unknown setting 'nope'",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = \n", "pyproject.toml:1:5: not valid TOML: Invalid value"),
        ("a = 1\na = 2\n", "pyproject.toml:2:6: not valid TOML: Cannot overwrite a value"),
        ("a = 'x", "pyproject.toml: not valid TOML: "),
        ("[tool]\nconfig-migration = 1\n", "pyproject.toml: tool.config-migration must be a table"),
    ],
)
def test_a_file_that_is_no_toml_is_located(text: str, message: str) -> None:
    assert refusal(text).startswith(message)


@pytest.mark.parametrize(
    ("path", "is_legacy", "is_preset"),
    [
        ("configs/debug.yaml", False, True),
        ("configs/train/sft/a.yaml", False, True),
        ("configs/train/a.yaml", False, True),
        ("configs/smoke/a.yaml", False, True),
        ("configs/smoke/deep/a.yaml", False, False),
        ("configs/smoke/stage_b_tiny.yaml", False, False),
        ("configs/base.yaml", False, False),
        ("configs/train/sft/dense_base.yaml", True, False),
        ("configs/components/tuner/a.yaml", True, False),
        ("configs/fusion/base/a.yaml", False, False),
    ],
)
def test_the_original_layout_tells_presets_from_legacy_files(
    path: str, is_legacy: bool, is_preset: bool
) -> None:
    settings = open_project(LEGACY).settings
    assert (settings.is_legacy(path), settings.is_preset(path)) == (is_legacy, is_preset)


def test_nothing_is_assumed_of_a_layout() -> None:
    settings = Settings()
    for path in ("configs/a.yaml", "configs/train/vit_base.yaml", "configs/components/x.yaml"):
        assert not settings.is_legacy(path)
        assert not settings.is_preset(path)
    assert (settings.profile, settings.snapshots, settings.base) == ("strict", "snapshots", None)


@pytest.mark.parametrize(
    ("legacy", "base"),
    [
        ("configs/**", "configs/base.yaml"),
        ("./configs//b*", "configs/./base.yaml"),
        ("**", "b.yaml"),
    ],
)
def test_a_base_is_never_legacy(legacy: str, base: str) -> None:
    told = refusal(f"{TABLE}legacy = ['old/**', '{legacy}']\nbase = '{base}'\n")
    assert told.startswith("pyproject.toml:5: 'legacy' has ")
    assert told.endswith(": the base stays")


@pytest.mark.parametrize(
    "text",
    [
        f"a = {'[' * 5000}{']' * 5000}\n",
        f"a = {'1' * 5000}\n",
        "[[tool.config-migration]]\nbase = 'x'\n",
    ],
)
def test_a_file_that_cannot_be_taken_for_settings_is_a_fault(text: str) -> None:
    with pytest.raises(MigrationError, match=r"^pyproject\.toml"):
        read_settings(text, "pyproject.toml")


@pytest.mark.parametrize("pattern", ["[[]x", "[a&&b]"])
def test_a_class_with_signs_that_mean_nothing_in_a_glob_is_read(pattern: str) -> None:
    settings = read_settings(f"{TABLE}presets = ['{pattern}']\n", "pyproject.toml")
    assert settings is not None
    assert settings.presets == (pattern,)


@pytest.mark.parametrize("key", ["source", "written"])
def test_what_is_no_setting_cannot_be_set(key: str) -> None:
    with pytest.raises(MigrationError, match=f"unknown setting '{key}'"):
        read_settings(f"{TABLE}{key} = 1\n", "pyproject.toml")


def test_a_fusion_key_that_is_no_path_is_named() -> None:
    with pytest.raises(MigrationError, match="'fusion_key'"):
        read_settings(f"{TABLE}fusion_key = 'a..b'\n", "pyproject.toml")


@pytest.mark.parametrize("written", ["snapshots", "snapshots/", "./snapshots", "snapshots//"])
def test_a_folder_is_the_same_however_it_is_written(written: str) -> None:
    settings = read_settings(f"{TABLE}snapshots = '{written}'\n", "pyproject.toml")
    assert settings == Settings(written={"snapshots": 5})
    deep = read_settings(f"{TABLE}snapshots = './frozen//{written}'\n", "pyproject.toml")
    assert deep == Settings(snapshots="frozen/snapshots", written={"snapshots": 5})


@pytest.mark.parametrize(
    "written", ["configs/base.yaml", "./configs//base.yaml", "configs/./base.yaml"]
)
def test_a_file_is_the_same_however_it_is_written(written: str) -> None:
    settings = read_settings(f"{TABLE}base = '{written}'\n", "pyproject.toml")
    assert settings == Settings(base="configs/base.yaml", written={"base": 5})


@pytest.mark.parametrize("key", ["presets", "exclude", "legacy", "phase_1", "length_required"])
@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("./configs//train/*.yaml", "configs/train/*.yaml"),
        ("configs/./train/**", "configs/train/**"),
        ("./**/[a-c]?.yaml", "**/[a-c]?.yaml"),
    ],
)
def test_a_glob_is_the_same_however_it_is_written(key: str, written: str, plain: str) -> None:
    text = f"{TABLE}{key} = ['{{}}', 'b/*.yaml']\n"
    settings = read_settings(text.format(written), "pyproject.toml")
    assert settings == read_settings(text.format(plain), "pyproject.toml")
    assert settings is not None
    assert getattr(settings, key) == (plain, "b/*.yaml")


@pytest.mark.parametrize("key", ["base", "profile"])
@pytest.mark.parametrize("folder", ["frozen", "./frozen/", "frozen/here"])
def test_a_folder_of_frozen_files_holds_nothing_else(key: str, folder: str) -> None:
    path = f"frozen/here//{key}.yaml"
    fault = f"'snapshots' must be a folder of its own: {key!r}, {path!r}, lies in it"
    assert refusal(f"{TABLE}{key} = '{path}'\nsnapshots = '{folder}'\n") == (
        f"pyproject.toml:6: {fault}"
    )


def test_a_file_in_the_usual_folder_of_frozen_files_is_refused_at_its_own_line() -> None:
    message = "'snapshots' must be a folder of its own: 'base', 'snapshots/base.yaml', lies in it"
    assert refusal(f"{TABLE}base = 'snapshots/base.yaml'\n") == f"pyproject.toml:5: {message}"


@pytest.mark.parametrize("key", ["base", "profile"])
def test_a_folder_whose_name_begins_alike_holds_nothing(key: str) -> None:
    text = f"{TABLE}{key} = 'frozen2/x.yaml'\nsnapshots = 'frozen'\n"
    settings = read_settings(text, "pyproject.toml")
    assert settings is not None
    assert settings.snapshots == "frozen"


@pytest.mark.parametrize(
    "text",
    [
        f"{TABLE}max_files = 1\n\n[tool.config-migration.inheritance]\nkey = '_BASE_'\n",
        f"{TABLE}max_files = 1\n\n\ninheritance = {{ key = '_BASE_' }}\n",
        f"{TABLE}max_files = 1\n\n\ninheritance.key = '_BASE_'\n",
    ],
)
def test_a_table_within_the_table_is_read(text: str) -> None:
    settings = read_settings(text, "pyproject.toml")
    assert settings is not None
    assert (settings.inheritance_key, settings.max_files) == ("_BASE_", 1)
    assert settings.written["inheritance.key"] == 8


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            "[tool.config-migration.inheritance]\nkeys = 'a'\n",
            "6: unknown setting 'inheritance.keys'",
        ),
        (
            "[tool.config-migration.inheritance]\nkey = 3\n",
            "6: 'inheritance.key' must be a string",
        ),
        (
            "[tool.config-migration.inheritance]\nkey = ''\n",
            "6: 'inheritance.key' must be a string",
        ),
        (
            "[tool.config-migration.yaml]\nmerge_keys = 1\n",
            "6: 'yaml.merge_keys' must be \"first\" or",
        ),
        ("yaml = { merge_keys = 'second' }\n", "5: 'yaml.merge_keys' must be \"first\" or"),
        ("inheritance = 'a'\n", "5: 'inheritance' must be a table"),
        ("[tool.config-migration.inherit]\nkey = 'a'\n", "5: unknown setting 'inherit'"),
    ],
)
def test_a_table_within_the_table_that_cannot_be_meant_is_refused(lines: str, message: str) -> None:
    assert refusal(f"{TABLE}{lines}").startswith(f"pyproject.toml:{message}".replace("::", ":"))


@pytest.mark.parametrize(
    "written",
    [
        f'{TABLE}base = "b.yaml"\n[tool.config-migration.yaml]\nmerge_keys = "last"\n',
        '[tool.config-migration]\nyaml = {merge_keys = "last"}\n',
        '[tool.config-migration]\nyaml.merge_keys = "last"\n',
        '[tool.config-migration.yaml]\nmerge_keys = "last"\n',
        '[tool."config-migration"."yaml"]\n"merge_keys" = "last"\n',
    ],
)
def test_the_rules_of_yaml_are_a_table_of_their_own(written: str) -> None:
    settings = read_settings(written, "pyproject.toml")
    assert settings
    assert settings.yaml == YamlRules(merge_keys="last")
    assert settings.written["yaml.merge_keys"]


@pytest.mark.parametrize(
    ("written", "err"),
    [
        (
            "[tool.config-migration]\n[tool.config-migration.yaml]\nmerge_key = 'last'\n",
            "3: unknown setting 'yaml.merge_key'\n  hint: did you mean 'merge_keys'?",
        ),
        (
            "[tool.config-migration.yaml]\ncolour = 1\n",
            "2: unknown setting 'yaml.colour'\n  hint: known are merge_keys",
        ),
        (
            "[tool.config-migration]\nyaml.colour = 1\n",
            "2: unknown setting 'yaml.colour'\n  hint: known are merge_keys",
        ),
        (
            "[tool.config-migration]\nyaml = {colour = 1}\n",
            "2: unknown setting 'yaml.colour'\n  hint: known are merge_keys",
        ),
        (
            "[tool.config-migration.yaml]\nmerge_keys = 'newest'\n",
            '2: \'yaml.merge_keys\' must be "first" or "last"',
        ),
        (
            "[tool.config-migration.yaml]\nmerge_keys = ['last']\n",
            '2: \'yaml.merge_keys\' must be "first" or "last"',
        ),
        (
            "[tool.config-migration]\nyaml = 'last'\n",
            "2: 'yaml' must be a table, [tool.config-migration.yaml]",
        ),
    ],
)
def test_a_rule_of_yaml_that_is_none_is_refused_at_its_line(written: str, err: str) -> None:
    assert refusal(written) == f"pyproject.toml:{err}"


def test_the_layout_rules_are_chosen_in_a_table_of_their_own() -> None:
    settings = read_settings(
        f"{TABLE}max_files = 1\n\n[tool.config-migration.lint]\nselect = ['L']\n"
        "ignore = [\n  'L403',\n]\n\n[tool.config-migration.lint.per_file_ignores]\n"
        "'./configs//a.yaml' = ['L4', 'L702']\n",
        "pyproject.toml",
    )
    assert settings
    assert (settings.lint_select, settings.lint_ignore) == (("L",), ("L403",))
    assert settings.lint_per_file == {"configs/a.yaml": ("L4", "L702")}
    assert settings.written == {
        "max_files": 5,
        "lint.select": 8,
        "lint.ignore": 9,
        "lint.per_file_ignores": 13,
        "lint.per_file_ignores.configs/a.yaml": 14,
    }


def test_a_byte_order_mark_moves_no_line() -> None:
    assert refusal("\ufeff[tool.config-migration]\ncolour = 1\n").startswith("pyproject.toml:2: ")
