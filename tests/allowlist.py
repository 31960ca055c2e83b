"""The request's own list of what may differ, entry for entry and in its order."""

from __future__ import annotations

ALLOWED = (
    "training.output_dir",
    "training.logging_dir",
    "training.run_name",
    "custom.dump_conversation_text",
    "custom.dump_conversation_path",
    "training.logging_steps",
    "training.logging_first_step",
    "training.log_level",
    "training.log_level_replica",
    "training.report_to",
    "training.save_strategy",
    "training.save_steps",
    "training.save_total_limit",
    "training.save_last_epoch",
    "training.eval_strategy",
    "training.eval_steps",
    "training.metric_for_best_model",
    "training.greater_is_better",
)
ALLOWED_IF_OFF = ("custom.augmentation", "custom.augmentation_curriculum")
