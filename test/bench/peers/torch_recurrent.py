"""Training steps of Embedding → LSTM or GRU → Linear with Adam in PyTorch, as ../recurrentNetwork.ts has them."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from serve import BATCH_SEED, WEIGHT_SEED

SEQUENCE_BATCHES = 8


def recurrent(workload):
    cell, units, dimension = workload["cell"], workload["units"], workload["dimension"]
    embedding = nn.Embedding(workload["dictSize"], dimension)
    layer = (nn.LSTM if cell == "lstm" else nn.GRU)(dimension, units, batch_first=True)
    head = nn.Linear(units, 1)
    load(workload, embedding, layer, head)
    parameters = [p for module in (embedding, layer, head) for p in module.parameters() if p.requires_grad]
    adam = torch.optim.Adam(parameters)
    batches = draw(workload)

    def forward(i):
        x, labels = batches[i % len(batches)]
        states, _ = layer(embedding(x))
        return functional.binary_cross_entropy_with_logits(head(states[:, -1]), labels)

    def step(i):
        adam.zero_grad()
        loss = forward(i)
        loss.backward()
        adam.step()
        return loss.item()

    return step, lambda: forward(0).item()


def load(workload, embedding, layer, head):
    """The library's weights: gates in columns, those of a GRU in the order z, r, n; one bias in an LSTM."""
    random = np.random.RandomState(WEIGHT_SEED)
    units, dimension = workload["units"], workload["dimension"]
    bound = 1 / np.sqrt(units)
    gru = workload["cell"] == "gru"
    gates = 3 if gru else 4

    def uniform(limit, *shape):
        return torch.from_numpy(random.uniform(-limit, limit, shape).astype(np.float32))

    def torch_order(rows):
        return torch.cat([rows[units : 2 * units], rows[:units], rows[2 * units :]]) if gru else rows

    with torch.no_grad():
        embedding.weight.copy_(uniform(0.05, workload["dictSize"], dimension))
        layer.weight_ih_l0.copy_(torch_order(uniform(bound, dimension, gates * units).T))
        layer.weight_hh_l0.copy_(torch_order(uniform(bound, units, gates * units).T))
        layer.bias_ih_l0.copy_(torch_order(uniform(bound, gates * units)))
        if gru:
            layer.bias_hh_l0.copy_(torch_order(uniform(bound, gates * units)))
        else:
            layer.bias_hh_l0.zero_().requires_grad_(False)
        head.weight.copy_(uniform(bound, units, 1).T)
        head.bias.copy_(uniform(bound, 1))


def draw(workload):
    random = np.random.RandomState(BATCH_SEED)
    size, length = workload["batch"], workload["length"]
    batches = []
    for _ in range(SEQUENCE_BATCHES):
        x = torch.from_numpy(random.randint(0, workload["dictSize"], (size, length)))
        labels = torch.from_numpy(random.randint(0, 2, (size, 1)).astype(np.float32))
        batches.append((x, labels))
    return batches
