"""What comparing costs with deepdiff: `python -m benchmarks.sides.deep FOLDER LIST`."""

from __future__ import annotations

from deepdiff import DeepDiff

from benchmarks.sides.comparing import run

if __name__ == "__main__":
    run(DeepDiff)
