from __future__ import annotations

from migration.gate.drift import Drift
from migration.render.phrases import describe_drifts

PORT = "after it was frozen: port the edit and `--refreeze`"


def test_presets_whose_own_files_changed_are_told_together() -> None:
    own = [
        Drift(f"configs/{name}.yaml", (f"configs/{name}.yaml",), is_harmless=False)
        for name in "abc"
    ]
    shared = Drift("configs/parts/x.yaml", ("configs/a.yaml", "configs/b.yaml"), is_harmless=False)
    assert describe_drifts([own[0], shared, *own[1:]]) == [
        f"trunk edited configs/parts/x.yaml {PORT}",
        "  in configs/a.yaml, configs/b.yaml",
        f"trunk edited each of 3 presets {PORT}",
        "  in configs/a.yaml, configs/b.yaml, configs/c.yaml",
    ]


def test_one_alone_is_named_and_a_harmless_edit_is_apart() -> None:
    harmless = Drift("configs/a.yaml", ("configs/a.yaml",), is_harmless=True)
    harmful = Drift("configs/b.yaml", ("configs/b.yaml",), is_harmless=False)
    assert describe_drifts([harmless, harmful]) == [
        "trunk edited configs/a.yaml after it was frozen: it gives the same values",
        "  in configs/a.yaml",
        f"trunk edited configs/b.yaml {PORT}",
        "  in configs/b.yaml",
    ]
