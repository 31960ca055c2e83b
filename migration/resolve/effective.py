"""The limits that a run derives from the length knob, `global_max_length`."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Final, cast

from migration.errors import Fault, MigrationError
from migration.values.describe import describe_type
from migration.values.keypath import KeyPath
from migration.values.merge import Config

KNOB: Final = "global_max_length"
"""The key of the knob, unless `length_key` is set."""
OTHER_KNOBS: Final[tuple[KeyPath, ...]] = (("model", "max_model_len"), ("template", "max_length"))
"""The limits that always follow the knob."""
ROLLOUT_KNOB: Final[KeyPath] = ("rlhf", "vllm_max_model_len")
"""The limit that follows the knob unless it is set."""


def derived_limits(resolved: Mapping[Hashable, object], path: str, knob: str = KNOB) -> Config:
    """Return the limits derived from the length knob, in tokens; a run merges them over the config.

    These are `model.max_model_len`, `template.max_length`, `template.truncation_strategy: raise`,
    and `rlhf.vllm_max_model_len` where `rlhf.rlhf_type` is set and that limit is absent or null.
    Without the knob there are none.

    Raises:
        MigrationError: the knob is not a positive integer, or a section is not a mapping.
    """
    if faults := [Fault(problem, path) for _, problem in list_knob_problems(resolved, knob)]:
        raise MigrationError(*faults)
    length = resolved.get(knob)
    if length is None:
        return {}
    limits: Config = {
        "model": {"max_model_len": length},
        "template": {"max_length": length, "truncation_strategy": "raise"},
    }
    rlhf = cast("Config", resolved.get("rlhf") or {})
    if rlhf.get("rlhf_type") and rlhf.get("vllm_max_model_len") is None:
        limits["rlhf"] = {"vllm_max_model_len": length}
    return limits


def list_knob_problems(
    resolved: Mapping[Hashable, object], knob: str = KNOB
) -> Iterator[tuple[str, str]]:
    """Yield each key that keeps the limits from being derived, and what is wrong with it."""
    length = resolved.get(knob)
    if length is None:
        return
    if type(length) is not int or length <= 0:
        # No value is quoted: reports may have to hide it.
        found = "zero or less" if type(length) is int else describe_type(length)
        yield knob, f"{knob} must be a positive integer, not {found}"
        return
    for name in ("model", "template", "rlhf"):
        section = resolved.get(name)
        if section is not None and not isinstance(section, dict):
            yield (
                name,
                f"{name} must be a mapping for {knob} to reach it, not {describe_type(section)}",
            )
