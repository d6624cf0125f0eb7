"""What a user can say that a model is to its base."""

from typing import Literal

Relation = Literal["copy", "quantized", "adapter", "finetune", "merge"]
