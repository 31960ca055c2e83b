"""Lists that merge by name, in any sections: the way fusion configs merge, as a value."""

from __future__ import annotations

import pytest

from migration.errors import MigrationError
from migration.resolve.by_name import PLAIN, ByName, Problem
from migration.resolve.loader import ConfigLoader
from migration.values.keypath import Index
from migration.values.merge import Config
from migration.yaml.marks import HERE, MarkTree, Origin
from tests.conftest import ConfigTree

STEPS = ByName(("steps",))
HERE_IT_IS = Origin("a.yaml", 1, 1)


def test_a_section_is_a_mapping_by_name_while_it_merges_and_a_list_again() -> None:
    body: Config = {"lr": 1, "steps": [{"name": "a", "x": 1}, {"dataset": "b"}], "targets": [1]}
    shaped = STEPS.shape(body)
    assert shaped == {**body, "steps": {"a": {"name": "a", "x": 1}, "b": {"dataset": "b"}}}
    assert STEPS.unshape(shaped) == body


def test_entries_merge_by_name_and_an_empty_list_empties() -> None:
    base = STEPS.shape({"steps": [{"name": "a", "x": 1}, {"name": "b"}]})
    override = STEPS.shape({"steps": [{"name": "c"}, {"name": "a", "y": 2}]})
    merged = STEPS.unshape(STEPS.merge(base, override))
    assert merged == {"steps": [{"name": "a", "x": 1, "y": 2}, {"name": "b"}, {"name": "c"}]}
    assert STEPS.merge(base, {"steps": None}) == base
    assert STEPS.merge(base, STEPS.shape({"steps": []})) == {"steps": {}}


def test_what_cannot_be_merged_by_name_is_told_with_its_place() -> None:
    listed = [{}, {"name": "a"}, {"dataset": "a"}]
    nameless = "an entry of 'steps' has neither a 'name' nor a 'dataset'"
    assert [*STEPS.problems({"steps": listed})] == [
        Problem(("steps", Index(0)), nameless),
        Problem(("steps", Index(2)), "'steps' has two entries with the name 'a'"),
    ]
    message = "'steps' must be a list, not a mapping"
    assert [*STEPS.problems({"steps": {}})] == [Problem(("steps",), message)]
    assert [*STEPS.problems({"steps": None, "targets": 1})] == []


def test_marks_take_the_shape_of_their_values() -> None:
    inner: MarkTree = {HERE: HERE_IT_IS, "name": HERE_IT_IS}
    marks: MarkTree = {HERE: HERE_IT_IS, "steps": Origin("a.yaml", 2, 1, (inner,))}
    shaped = STEPS.shape_marks({"steps": [{"name": "a"}]}, marks)
    assert shaped["steps"] == {HERE: marks["steps"], "a": inner}
    assert STEPS.unshape_marks(shaped) == marks


def test_a_position_is_a_name_among_merged_values() -> None:
    merged: Config = {"steps": {"a": {}, "b": {}}}
    assert STEPS.merged_path(merged, ("steps", Index(1), "x")) == ("steps", "b", "x")
    assert STEPS.merged_path(merged, ("steps", Index(2))) == ("steps", Index(2))
    assert STEPS.merged_path(merged, ("targets", Index(0))) == ("targets", Index(0))


def test_without_sections_every_list_replaces() -> None:
    base: Config = {"targets": [{"name": "a"}]}
    assert PLAIN.shape(base) == PLAIN.unshape(base) == base
    assert PLAIN.merge(base, {"targets": [{"name": "b"}]}) == {"targets": [{"name": "b"}]}
    assert [*PLAIN.problems({"targets": 1})] == [*PLAIN.check({})] == []


def test_a_loader_merges_by_whatever_it_is_given(config_tree: ConfigTree) -> None:
    text = "extends: b.yaml\nsteps: [{name: a, y: 2}]\n"
    tree = config_tree({"a.yaml": text, "b.yaml": "steps: [{name: a, x: 1}]\n"})
    merging = ByName(("steps",), lambda merged: [Problem((*merged, "a", "y"), "no")])
    loader = ConfigLoader(tree, merging=merging)
    assert loader.resolve_file("a.yaml").value == {"steps": [{"name": "a", "x": 1, "y": 2}]}
    with pytest.raises(MigrationError) as error:
        loader.resolve("a.yaml")
    assert str(error.value) == "a.yaml:2:19: no"
    assert error.value.faults == loader.faults("a.yaml")
    # A base need not be whole, and neither need what is only looked at.
    assert loader.layer("a.yaml").body == {"steps": {"a": {"name": "a", "y": 2}}}
    assert loader.merged_path("a.yaml", ("steps", Index(0))) == ("steps", "a")
