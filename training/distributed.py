"""One run on several processes or machines, as ``torchrun`` starts them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

#: How long a process waits for the others. The first one validates and the others wait, so it must be longer than
#: that takes; a process that dies is noticed at once by torchrun, which ends the others.
PATIENCE = timedelta(minutes=30)


@dataclass(frozen=True)
class Group:
    """The processes of a run, seen from one of them: its number, how many there are, and its device."""

    rank: int
    size: int
    device: torch.device

    @property
    def first(self) -> bool:
        """Whether this process validates, saves and speaks."""
        return self.rank == 0

    def share_bytes(self, data: bytes | None) -> bytes | None:
        """The first process's ``data`` in every process. Plain bytes, because objects would travel as pickle."""
        if self.size == 1:
            return data
        length = torch.tensor([-1 if data is None else len(data)], device=self.device)
        dist.broadcast(length, 0)
        count = int(length.item())
        if count < 0:
            return None
        if data is not None and self.first:
            buffer = torch.from_numpy(np.frombuffer(data, dtype=np.uint8).copy()).to(self.device)
        else:
            buffer = torch.empty(count, dtype=torch.uint8, device=self.device)
        dist.broadcast(buffer, 0)
        return buffer.cpu().numpy().tobytes()

    def share_flag(self, flag: bool) -> bool:
        """The first process's ``flag`` in every process."""
        return self.share_bytes(bytes([flag])) == b"\x01"

    def mean(self, value: float) -> float:
        """Mean of ``value`` over the processes."""
        if self.size == 1:
            return value
        total = torch.tensor([value], dtype=torch.float64, device=self.device)
        dist.all_reduce(total)
        return float(total.item()) / self.size

    def parallel(self, network: nn.Module) -> nn.Module:
        """The network whose gradients are means over all processes; the network itself if there is one process.

        Batch statistics stay each process's own on CPUs, where synchronising them costs more than it gives; the first
        process's are kept.
        """
        if self.size == 1:
            return network
        if self.device.type == "cuda":
            network = nn.SyncBatchNorm.convert_sync_batchnorm(network)
            return DistributedDataParallel(network, device_ids=[self.device.index])
        return DistributedDataParallel(network)


@contextmanager
def process_group() -> Iterator[Group]:
    """Join the other processes if ``torchrun`` started this one (RANK and WORLD_SIZE are set), else stand alone.

    NCCL where there is a GPU, gloo elsewhere. A process that hears nothing from the others for ``PATIENCE`` fails.
    """
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0"))) if torch.cuda.is_available() else None
    if "RANK" not in os.environ or "WORLD_SIZE" not in os.environ:
        yield Group(0, 1, device or torch.device("cpu"))
        return
    if device is not None:
        torch.cuda.set_device(device)
    dist.init_process_group("gloo" if device is None else "nccl", timeout=PATIENCE)
    try:
        yield Group(dist.get_rank(), dist.get_world_size(), device or torch.device("cpu"))
    finally:
        dist.destroy_process_group()
