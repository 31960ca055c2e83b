"""The keys that configs are made of, section by section, each with the texts it may have.

Which of them a file sets is not said here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from benchmarks.generating.entries import Entry, Path


@dataclass(frozen=True, slots=True)
class Field:
    """A key with the texts that its value may have, and the comment that may stand at it."""

    path: Path
    texts: tuple[str, ...]
    note: str = ""
    remark: str = ""

    def entry(self, rng: Random) -> Entry:
        """Return the field with one of its texts; a list is spelled in either style."""
        text = rng.choice(self.texts)
        lines: tuple[str, ...] = ()
        if text.startswith("[") and text != "[]" and not self.remark and happens(rng, _IN_BLOCK):
            lines = tuple(f"- {item}" for item in text[1:-1].split(", "))
        note, remark = (self.note, self.remark) if happens(rng, _COMMENTED) else ("", "")
        return Entry(self.path, "" if lines else text, lines, note, remark)


_IN_BLOCK, _COMMENTED = 0.4, 0.7


def happens(rng: Random, share: float) -> bool:
    """Return whether something does that happens in that share of all cases."""
    return rng.random() < share


def chosen(rng: Random, fields: Iterable[Field]) -> Iterator[Entry]:
    """Give an entry for every field."""
    for field in fields:
        yield field.entry(rng)


def some(rng: Random, fields: tuple[Field, ...], least: int, most: int) -> Iterator[Entry]:
    """Give entries for some of the fields, in their order."""
    many = rng.randint(least, min(most, len(fields)))
    yield from chosen(rng, (fields[at] for at in sorted(rng.sample(range(len(fields)), many))))


def _section(name: str, *rows: tuple[str, str] | tuple[str, str, str]) -> tuple[Field, ...]:
    """Return fields of a section; a comment with `#` first stands on the line of its key."""
    fields = []
    for key, texts, *comments in rows:
        comment = comments[0] if comments else ""
        beside = comment.startswith("#")
        fields.append(
            Field(
                (*name.split("."), *key.split(".")),
                tuple(texts.split(" | ")),
                "" if beside else comment,
                comment[2:] if beside else "",
            )
        )
    return tuple(fields)


MODEL = _section(
    "model",
    ("torch_dtype", "bfloat16"),
    ("attn_impl", "flash_attention_2"),
)
TEMPLATE = _section(
    "template",
    ("template", "qwen3_vl"),
    ("truncation_strategy", "right"),
    ("max_pixels", "1572864999", "# so large that no image is made smaller"),
)
PIXELS = _section(
    "template", ("max_pixels", "209715200 | 104857600 | 1003520", "# keeps outliers off the cache")
)
SLOTS = _section(
    "training",
    ("output_dir", "null"),
    ("run_name", "null"),
    ("num_train_epochs", "null"),
    ("learning_rate", "null"),
    ("vit_lr", "null"),
    ("aligner_lr", "null"),
    ("logging_dir", "null"),
)
RATES = _section(
    "training",
    ("num_train_epochs", "1 | 2 | 3 | 4 | 10 | 30"),
    ("learning_rate", "2.0e-4 | 1.0e-4 | 1.0e-5 | 8.0e-6 | 4.0e-6", "One rate for each group."),
    ("vit_lr", "1.0e-4 | 1.0e-7 | 2.0e-7 | 5.0e-5"),
    ("aligner_lr", "6.0e-4 | 1.5e-5 | 7.5e-6 | 1.0e-7", "# follows the language model's"),
)
TRAINING = _section(
    "training",
    ("per_device_train_batch_size", "1 | 2 | 4"),
    ("per_device_eval_batch_size", "1 | 2 | 4"),
    ("effective_batch_size", "16 | 24 | 32 | 64", "# gradients are accumulated up to it"),
    ("optimizer", "multimodal", "Three groups of parameters, each with a rate of its own."),
    ("lr_scheduler_type", "cosine_warmup_with_min_lr | cosine | constant_with_warmup"),
    ("lr_scheduler_kwargs", "{ min_lr: 1.0e-6 } | { min_lr: 5.0e-7 }"),
    ("warmup_ratio", "0.05 | 0.1 | 0.03"),
    ("gradient_checkpointing", "true"),
    ("bf16", "true"),
    ("report_to", "[tensorboard] | [tensorboard, wandb]"),
    ("seed", "17 | 42 | 1234"),
    ("max_grad_norm", "0.5 | 1.0"),
    ("weight_decay", "0.0 | 0.1 | 0.05"),
    ("packing", "false | true", "# of no use with images of many sizes"),
    ("add_version", "true", "Checkpoints: the best alone, without the optimizer's state."),
    ("save_safetensors", "true"),
    ("eval_strategy", "steps | epoch | 'no'"),
    ("eval_steps", "40 | 100 | 200"),
    ("save_strategy", "best | steps | 'no'"),
    ("save_steps", "40 | 100 | 200"),
    ("save_total_limit", "1 | 2 | 4"),
    ("save_last_epoch", "true | false"),
    ("save_only_model", "true"),
    ("metric_for_best_model", "eval_token_acc | eval_loss | eval_reward"),
    ("greater_is_better", "true | false"),
    ("save_delay_steps", "0 | 400 | 1800", "# the first ones are never the best"),
    ("logging_steps", "1 | 10 | 20"),
    ("logging_first_step", "true"),
)
TUNER = _section(
    "tuner",
    ("train_type", "lora"),
    ("use_swift_lora", "false"),
    ("use_dora", "true | false"),
    ("freeze_llm", "false", "What adapts and what stays as it was."),
    ("freeze_vit", "false | true"),
    ("freeze_aligner", "false | true"),
    ("target_modules", "[all-linear] | [q_proj, k_proj, v_proj, o_proj]"),
    ("target_regex", "null", "# for a preset that adapts a part"),
    ("modules_to_save", "[]"),
    ("lora_rank", "8 | 16 | 32 | 64"),
    ("lora_alpha", "16 | 32 | 64 | 128"),
    ("lora_dropout", "0.0 | 0.05 | 0.1"),
    ("lora_bias", "none"),
)
REGEX = _section(
    "tuner",
    (
        "target_regex",
        r"'^model\.visual\.blocks\.(1[2-9]|2[0-3])\.attn\.(qkv|proj)$' | '^model\.aligner\.(0|1)$'",
        "The upper layers alone; the pattern is held against whole module names.",
    ),
)
DATA = _section(
    "data",
    (
        "dataset",
        "[dummy]",
        "A name has to be there; where samples come from is said below `custom`.",
    ),
    ("val_dataset", "[dummy]"),
    ("dataset_num_proc", "1 | 4 | 8 | 16"),
    ("dataloader_num_workers", "0 | 4 | 8"),
    ("dataloader_pin_memory", "true | false"),
    ("dataloader_prefetch_factor", "2 | 4"),
    ("dataloader_persistent_workers", "true | false"),
)
DEEPSPEED = _section("deepspeed", ("enabled", "true"), ("config", "zero2 | zero3"))
PROMPTS = _section(
    "prompts", ("profile", "summary_runtime | dense_runtime"), ("domain", "bbu | rru | pole")
)
COMMON = _section(
    "custom",
    ("json_format", "standard | compact"),
    ("emit_norm", "norm1000 | none"),
    ("train_jsonl", "data/full_768/train.jsonl", "Only the folder of these two is made use of."),
    ("val_jsonl", "data/full_768/val.jsonl"),
    ("dump_conversation_path", "output/conversation_text.txt"),
    ("fusion_config", "null"),
    ("token_type_metrics.enabled", "true | false"),
    ("token_type_metrics.include", "[bbu, rru, lvis] | [bbu, rru]"),
    ("token_type_metrics.exclude", "[lang_chat]"),
)
PREFIX = _section(
    "custom",
    ("assistant_prefix_format", "'<DOMAIN={domain}>, <TASK={task}>' | '<TASK={task}>'"),
)
MODE = _section("custom", ("use_summary", "true | false"))
LIMITS = _section(
    "custom",
    ("train_sample_limit", "2 | 64 | 4096"),
    ("val_sample_limit", "2 | 240 | 480", "# evaluation takes minutes without it"),
    ("grpo.dump.enabled", "true | false", "Rollouts on disk, for reading."),
    ("grpo.dump.dump_step", "20 | 40"),
    ("grpo.dump.dump_dir", "logging_dir"),
    ("grpo.chord.enabled", "true | false"),
    ("grpo.chord.mu_warmup_steps", "100 | 200"),
    ("grpo.chord.mu_peak", "0.05 | 0.1", "Peak and valley alike: it climbs and then stays."),
    ("grpo.chord.mu_valley", "0.05 | 0.1"),
    ("grpo.chord.enable_phi_function", "false"),
)
RLHF = _section(
    "rlhf",
    ("rlhf_type", "grpo"),
    (
        "reward_funcs",
        "[dense.format, dense.parse, dense.loc_fbeta] | [summary.format, summary.parse, text.f1]",
        "A weight belongs to each reward, by position.",
    ),
    ("reward_weights", "[0.1, 0.2, 1.0] | [0.25, 0.25, 1.0]"),
    ("advantage_estimator", "reinforce_plus_plus | grpo"),
    ("scale_rewards", "batch | group"),
    ("kl_in_reward", "false"),
    ("repetition_penalty", "1.0 | 1.05"),
    ("truncation_strategy", "delete | left"),
    ("dynamic_sample", "true | false"),
    ("max_resample_times", "1 | 3"),
    ("use_vllm", "true"),
    ("vllm_mode", "colocate | server", "The engine shares the memory of the training."),
    ("vllm_enable_prefix_caching", "true"),
    ("vllm_enable_lora", "false"),
)
SAMPLING = _section(
    "rlhf",
    ("beta", "0.0 | 0.04 | 0.3"),
    ("num_generations", "2 | 4 | 8"),
    ("temperature", "0.4 | 0.7 | 1.0"),
    ("top_p", "0.9 | 0.95 | 1.0"),
    ("max_completion_length", "2048 | 2500 | 3072"),
    ("generation_batch_size", "4 | 24 | 32", "# prompts times generations"),
    ("vllm_max_model_len", "4096 | 8192", "Rollouts need less than the longest sample."),
    ("vllm_gpu_memory_utilization", "0.45 | 0.5 | 0.53"),
    ("vllm_tensor_parallel_size", "1 | 2 | 4"),
)
LENGTH = (Field(("global_max_length",), ("8000", "12000", "16000", "20000")),)
