"""Honest PyTorch objects: tensors of every kind, modules, optimizers, schedulers, distributions, checkpoints."""

from __future__ import annotations

import collections
import functools
import inspect
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.utils.prune
from torch import nn, optim

if TYPE_CHECKING:
    from collections.abc import Iterator

Pair = tuple[str, object]


def objects() -> Iterator[Pair]:
    """Yield pairs of a name and an object that people pickle or torch.save."""
    yield from tensors()
    yield from module_instances()
    yield from optimizers()
    yield from distributions()
    yield from others()


def tensors() -> Iterator[Pair]:
    """Yield tensors of every dtype and layout."""
    dtypes = [value for value in vars(torch).values() if isinstance(value, torch.dtype)]
    yield "dtypes", dtypes
    for dtype in dict.fromkeys(dtypes):
        try:
            yield f"tensor_{dtype}", torch.zeros(2, 2, dtype=dtype)
        except (RuntimeError, TypeError, NotImplementedError):
            continue
    yield "parameter", nn.Parameter(torch.ones(2))
    yield "buffer", nn.Buffer(torch.ones(2))
    yield "sparse_coo", torch.eye(3).to_sparse()
    yield "sparse_csr", torch.eye(3).to_sparse_csr()
    yield "sparse_csc", torch.eye(3).to_sparse_csc()
    yield "sparse_bsr", torch.eye(4).to_sparse_bsr((2, 2))
    yield "nested", torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])
    yield "nested_jagged", torch.nested.nested_tensor([torch.ones(2), torch.ones(3)], layout=torch.jagged)
    yield "quantized", torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.quint8)
    yield (
        "quantized_channel",
        torch.quantize_per_channel(torch.ones(2, 2), torch.ones(2), torch.zeros(2), 0, torch.qint8),
    )
    yield "meta", torch.empty(2, device="meta")
    yield "masked", torch.masked.masked_tensor(torch.ones(2), torch.tensor([True, False]))
    yield "size", torch.ones(2, 3).size()
    yield "device", torch.device("cpu")
    yield (
        "layouts",
        [torch.strided, torch.sparse_coo, torch.preserve_format, torch.channels_last, torch.per_tensor_affine],
    )
    yield "finfo", [torch.finfo(torch.float32)]
    yield "generator", torch.Generator().get_state()
    yield "storage", torch.ones(2).untyped_storage()
    yield "typed_storage", torch.FloatStorage(2)
    yield "conj", torch.ones(2, dtype=torch.complex64).conj()
    yield "attributes", attributed()


def attributed() -> torch.Tensor:
    """Return a tensor that carries a Python attribute, as detection heads do."""
    tensor = torch.ones(2)
    tensor.note = "x"  # type: ignore[attr-defined]
    return tensor


def module_instances() -> Iterator[Pair]:
    """Yield an instance of every module that few integers can construct."""
    spaces = [
        nn,
        nn.utils.parametrizations,
        torch.ao.nn.quantized,
        torch.ao.nn.qat,
        torch.ao.nn.quantizable,
        torch.ao.nn.quantized.dynamic,
        torch.ao.quantization,
    ]
    for space in spaces:
        for name, kind in sorted(vars(space).items()):
            if inspect.isclass(kind) and issubclass(kind, nn.Module) and kind is not nn.Transformer:
                instance = constructed(kind)
                if instance is not None:
                    yield f"{space.__name__}.{name}", instance
    layered = nn.Sequential(collections.OrderedDict(a=nn.Linear(2, 2), b=nn.ReLU(), c=nn.Dropout()))
    yield "sequential", layered
    yield "state_dict", layered.state_dict()
    yield "weight_norm_old", nn.utils.weight_norm(nn.Linear(2, 2))
    yield "spectral_norm_old", nn.utils.spectral_norm(nn.Linear(2, 2))
    yield "pruned", nn.utils.prune.l1_unstructured(nn.Linear(4, 4), "weight", 0.5)
    yield "dynamic", torch.ao.quantization.quantize_dynamic(nn.Sequential(nn.Linear(2, 2)), {nn.Linear})
    prepared = nn.Sequential(nn.Linear(2, 2))
    prepared.qconfig = torch.ao.quantization.get_default_qconfig("fbgemm")
    yield "prepared", torch.ao.quantization.prepare(prepared)
    yield "swa", optim.swa_utils.AveragedModel(nn.Linear(2, 2))
    yield "transformer", nn.Transformer(8, 2, 1, 1, 16)


def constructed(kind: type[nn.Module]) -> nn.Module | None:
    """Return an instance of a module class, or nothing where no guess at the arguments fits."""
    for arguments in ((), (4,), (4, 4), (4, 2), (4, 4, 4), (4, 4, 4, 4), ([4],), (nn.Linear(4, 4), 1), ({},)):
        try:
            return kind(*arguments)
        except Exception:  # noqa: BLE001, S112 - a guess that does not fit may fail in any way
            continue
    return None


def optimizers() -> Iterator[Pair]:
    """Yield optimizers after a step, and schedulers on them."""
    for name, kind in sorted(vars(optim).items()):
        if not (inspect.isclass(kind) and issubclass(kind, optim.Optimizer)) or kind is optim.Optimizer:
            continue
        weight = nn.Parameter(torch.ones(2, 2))
        optimizer = kind([weight], lr=0.1)
        try:
            optimizer.step(functools.partial(backward, weight))
        except (RuntimeError, TypeError, ValueError):
            continue
        yield f"optim_{name}", optimizer
        yield f"optim_{name}_state", optimizer.state_dict()
    optimizer = optim.SGD([nn.Parameter(torch.ones(2))], lr=0.1)
    step, linear = optim.lr_scheduler.StepLR(optimizer, 1), optim.lr_scheduler.LinearLR(optimizer)
    yield (
        "schedulers",
        [
            step,
            linear,
            optim.lr_scheduler.CosineAnnealingLR(optimizer, 3),
            optim.lr_scheduler.ExponentialLR(optimizer, 0.9),
            optim.lr_scheduler.ReduceLROnPlateau(optimizer),
            optim.lr_scheduler.MultiStepLR(optimizer, [1, 2]),
            optim.lr_scheduler.SequentialLR(optimizer, [step, linear], [2]),
            optim.lr_scheduler.ConstantLR(optimizer),
            optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 2),
            optim.lr_scheduler.PolynomialLR(optimizer),
        ],
    )
    yield "onecycle", optim.lr_scheduler.OneCycleLR(optimizer, 0.1, 3)
    yield "scheduler_states", [each.state_dict() for each in (step, linear)]
    yield "scaler", torch.amp.GradScaler("cpu").state_dict()


def backward(weight: torch.Tensor) -> torch.Tensor:
    """Return a loss whose gradient is on `weight`."""
    loss = (weight**2).sum()
    loss.backward()
    return loss


def distributions() -> Iterator[Pair]:
    """Yield distributions and transforms."""
    one = torch.tensor([1.0])
    for name in ("Normal", "Beta", "Gamma", "Uniform", "Cauchy", "Laplace", "LogNormal", "Gumbel", "Pareto", "Weibull"):
        kind = getattr(torch.distributions, name)
        yield f"distribution_{name}", kind(one, one + 1)
    yield (
        "distribution_others",
        [
            torch.distributions.Categorical(logits=torch.ones(3)),
            torch.distributions.Bernoulli(0.5),
            torch.distributions.MultivariateNormal(torch.zeros(2), torch.eye(2)),
            torch.distributions.Dirichlet(torch.ones(2)),
            torch.distributions.Independent(torch.distributions.Normal(one, one), 1),
            torch.distributions.Poisson(one),
            torch.distributions.AffineTransform(0, 1),
            torch.distributions.constraints.positive,
        ],
    )


def others() -> Iterator[Pair]:
    """Yield data sets, checkpoint metadata and a training checkpoint."""
    from torch.distributed.checkpoint import metadata
    from torch.utils import data

    yield "dataset", data.TensorDataset(torch.ones(2), torch.ones(2))
    yield "subset", data.Subset(data.TensorDataset(torch.ones(2)), [0])
    yield (
        "samplers",
        [
            data.SequentialSampler([1]),
            data.RandomSampler([1]),
            data.BatchSampler(data.SequentialSampler([1]), 1, drop_last=False),
        ],
    )
    yield "loader", data.DataLoader(data.TensorDataset(torch.ones(2)))
    yield (
        "checkpoint",
        {
            "epoch": 1,
            "model": nn.Linear(2, 2).state_dict(),
            "rng": torch.get_rng_state(),
            "lr": np.float64(1),
            "np": np.random.RandomState(1).get_state(),
        },
    )
    properties = metadata.TensorProperties(dtype=torch.float32)
    chunk = metadata.ChunkStorageMetadata(offsets=torch.Size([0]), sizes=torch.Size([2]))
    tensor = metadata.TensorStorageMetadata(properties=properties, size=torch.Size([2]), chunks=[chunk])
    index = metadata.MetadataIndex("a", torch.Size([0]), 0)
    from torch.distributed.checkpoint.filesystem import _StorageInfo

    yield (
        "dcp_metadata",
        metadata.Metadata(
            state_dict_metadata={"a": tensor, "b": metadata.BytesStorageMetadata()},
            planner_data={"a": ("a",)},
            storage_data={index: _StorageInfo("__0_0.distcp", 0, 5)},
        ),
    )
    yield "return_types", torch.ones(2, 2).max(dim=0)
    yield (
        "functions",
        [torch.nn.functional.relu, torch.relu, torch.sigmoid, torch.tanh, torch.nn.functional.gelu, torch.add],
    )
    yield "inits", [nn.init.xavier_uniform_, nn.init.kaiming_normal_, functools.partial(nn.init.normal_, std=0.02)]
    yield "partials", [functools.partial(nn.LayerNorm, eps=1e-6), functools.partial(nn.BatchNorm2d, eps=1e-3)]
