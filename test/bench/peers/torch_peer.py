"""PyTorch on the CPU as a program of the benchmark: eager, torch.optim.SGD.
Usage: torch_peer.py IMAGES LABELS THREADS."""

import sys
from functools import lru_cache

import torch
from torch import nn
from torch.nn import functional

from serve import batches, convolutional_weights, initial_weights, load_mnist, serve
from torch_recurrent import recurrent


@lru_cache(maxsize=None)
def data(dtype):
    pixels, labels = load_mnist(*sys.argv[1:3])
    classes = torch.tensor(labels, dtype=torch.int64)
    return torch.tensor(pixels).to(dtype).div_(255), classes, functional.one_hot(classes, 10).to(dtype)


def perceptron(workload):
    dtype = getattr(torch, workload["dtype"])
    inputs, hidden, outputs = workload["sizes"]
    relu = workload["activation"] == "relu"
    layers = [nn.Linear(inputs, hidden), nn.ReLU() if relu else nn.Sigmoid(), nn.Linear(hidden, outputs)]
    model = nn.Sequential(*layers, *([] if relu else [nn.Sigmoid()])).to(dtype)
    with torch.no_grad():
        for layer, weights in zip((model[0], model[2]), initial_weights(workload, workload["dtype"])):
            layer.weight.copy_(torch.from_numpy(weights.T))
            layer.bias.zero_()
    return model


def convolutional():
    layers = [nn.Conv2d(1, 32, 5), nn.Conv2d(32, 64, 5), nn.Linear(1024, 1000), nn.Linear(1000, 10)]
    first, second, dense, last = convolutional_weights()
    # Ours flattens [4, 4, 64], PyTorch [64, 4, 4].
    dense = dense.reshape(4, 4, 64, 1000).transpose(2, 0, 1, 3).reshape(1024, 1000)
    weights = [first.transpose(3, 2, 0, 1), second.transpose(3, 2, 0, 1), dense.T, last.T]
    with torch.no_grad():
        for layer, weight in zip(layers, weights):
            layer.weight.copy_(torch.from_numpy(weight))
            layer.bias.zero_()
    pooled = [nn.Sequential(layer, nn.ReLU(), nn.MaxPool2d(2)) for layer in layers[:2]]
    images = nn.Unflatten(1, (1, 28, 28))
    return nn.Sequential(images, *pooled, nn.Flatten(), layers[2], nn.ReLU(), layers[3])


def set_up(workload):
    if workload["kind"] == "recurrent":
        return recurrent(workload)
    dtype = getattr(torch, workload["dtype"])
    size = workload["batch"]
    classifies = workload["kind"] == "cnn" or workload["activation"] == "relu"
    model = convolutional() if workload["kind"] == "cnn" else perceptron(workload)
    sgd = torch.optim.SGD(model.parameters(), lr=workload["learningRate"])
    images, labels, targets = data(dtype)
    picks = torch.from_numpy(batches(len(images), size))

    def forward(i):
        pick = picks[i % len(picks)]
        y = model(images[pick])
        if classifies:
            return functional.cross_entropy(y, labels[pick])
        return functional.mse_loss(y, targets[pick], reduction="sum") / (2 * size)

    def step(i):
        sgd.zero_grad()
        loss = forward(i)
        loss.backward()
        sgd.step()
        return loss.item()

    return step, lambda: forward(0).item()


torch.set_num_threads(int(sys.argv[3]))
serve(set_up)
