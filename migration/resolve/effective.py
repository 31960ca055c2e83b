"""The length knob passed on to the limits that follow it, as the training entry point does."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Final, cast

from migration.errors import Fault, MigrationError
from migration.values.describe import describe_type, describe_value
from migration.values.merge import Config, merge

KNOB: Final = "global_max_length"
"""The key of the knob, unless `length_key` is set."""


def effective(resolved: Mapping[Hashable, object], path: str, knob: str = KNOB) -> Config:
    """Return what a run sees: the resolved config with its one length knob, in tokens, passed on.

    Raises:
        MigrationError: as `passed_on`.
    """
    return merge(resolved, passed_on(resolved, path, knob))


def passed_on(resolved: Mapping[Hashable, object], path: str, knob: str = KNOB) -> Config:
    """Return the values that follow the length knob, whatever the files say of them.

    These are `model.max_model_len`, `template.max_length`, `template.truncation_strategy: raise`,
    and `rlhf.vllm_max_model_len` where `rlhf.rlhf_type` is set and that limit is absent or null;
    none without the knob.

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
    """Yield what keeps the length knob from being passed on, after the key that it is about."""
    length = resolved.get(knob)
    if length is None:
        return
    if type(length) is not int or length <= 0:
        yield knob, f"{knob} must be a positive integer, not {describe_value(length)}"
        return
    for name in ("model", "template", "rlhf"):
        section = resolved.get(name)
        if section is not None and not isinstance(section, dict):
            yield (
                name,
                f"{name} must be a mapping for {knob} to reach it, not {describe_type(section)}",
            )
