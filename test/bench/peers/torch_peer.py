"""PyTorch on the CPU as a program of the benchmark: eager, torch.optim.SGD.
Usage: torch_peer.py IMAGES LABELS THREADS."""

import sys
from functools import lru_cache

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from serve import BATCHES, batches, convolutional_weights, initial_weights, load_mnist, normal_numbers, serve
from torch_recurrent import recurrent


NORMAL_SAMPLES = {"mlp": (10_000, 784), "cnn": (1024, 32 * 32 * 3)}
EVALUATED = 10_000


@lru_cache(maxsize=None)
def data(kind, name, dtype):
    if name == "normal":
        numbers, labels = normal_numbers(*NORMAL_SAMPLES[kind])
        images = torch.from_numpy(numbers).to(dtype)
    else:
        pixels, labels = load_mnist(*sys.argv[1:3])
        images = torch.tensor(pixels).to(dtype).div_(255)
        if name == "standardised":
            images = images.sub_(0.1307).div_(0.3081)
    classes = torch.tensor(labels, dtype=torch.int64)
    return images, classes, functional.one_hot(classes, 10).to(dtype)


def perceptron(workload):
    sizes, relu = workload["sizes"], workload["activation"] == "relu"
    linear = [nn.Linear(n, m) for n, m in zip(sizes, sizes[1:])]
    layers = [layer for part in linear for layer in (part, nn.ReLU() if relu else nn.Sigmoid())]
    model = nn.Sequential(*(layers[:-1] if relu else layers)).to(getattr(torch, workload["dtype"]))
    with torch.no_grad():
        for layer, weights in zip(linear, initial_weights(workload, workload["dtype"])):
            layer.weight.copy_(torch.from_numpy(weights.T))
            layer.bias.zero_()
    return model


def convolutional(data):
    """Images are NHWC rows, as ours has them; PyTorch's own order is NCHW."""
    *kernels, dense, last = convolutional_weights(data)
    mnist = data == "mnist"
    side, final = (28, 4) if mnist else (32, 4)
    convolutions = [
        nn.Conv2d(kernel.shape[2], kernel.shape[3], kernel.shape[0], padding=0 if mnist else 1) for kernel in kernels
    ]
    dense_layers = [nn.Linear(*weight.shape) for weight in (dense, last)]
    # Ours flattens [4, 4, channels], PyTorch [channels, 4, 4].
    channels = kernels[-1].shape[3]
    dense = dense.reshape(final, final, channels, -1).transpose(2, 0, 1, 3).reshape(dense.shape)
    weights = [*(kernel.transpose(3, 2, 0, 1) for kernel in kernels), dense.T, last.T]
    with torch.no_grad():
        for layer, weight in zip([*convolutions, *dense_layers], weights):
            layer.weight.copy_(torch.from_numpy(np.ascontiguousarray(weight)))
            layer.bias.zero_()
    images = nn.Unflatten(1, (1, side, side)) if mnist else ChannelsFirst(side)
    pooled = [nn.Sequential(layer, nn.ReLU(), nn.MaxPool2d(2)) for layer in convolutions]
    return nn.Sequential(images, *pooled, nn.Flatten(), dense_layers[0], nn.ReLU(), dense_layers[1])


class ChannelsFirst(nn.Module):
    """[N, side · side · 3] → [N, 3, side, side]; in memory the channels stay last, which is what its kernels like best."""

    def __init__(self, side):
        super().__init__()
        self.side = side

    def forward(self, x):
        return x.view(len(x), self.side, self.side, 3).permute(0, 3, 1, 2)


def set_up(workload):
    if workload["kind"] == "recurrent":
        return recurrent(workload)
    task = workload["task"]
    model = convolutional(workload["data"]) if workload["kind"] == "cnn" else perceptron(workload)
    samples = data(workload["kind"], workload["data"], getattr(torch, workload["dtype"]))
    if task == "evaluate":
        return evaluation(workload, model, samples)
    return prediction(model, samples) if task == "predict" else training(workload, model, samples)


def training(workload, model, samples):
    size = workload["batch"]
    classifies = workload["kind"] == "cnn" or workload["activation"] == "relu"
    sgd = torch.optim.SGD(model.parameters(), lr=workload["learningRate"])
    images, labels, targets = samples
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


def evaluation(workload, model, samples):
    """The loss and the number of right answers on the first 10,000 samples."""
    images, labels, _ = samples
    size = workload["batch"]

    @torch.inference_mode()
    def evaluate():
        loss, right = 0.0, 0
        for start in range(0, EVALUATED, size):
            x, t = images[start : start + size], labels[start : start + size]
            y = model(x)
            loss += functional.cross_entropy(y, t).item() * len(x)
            right += (y.argmax(1) == t).sum().item()
        return loss / EVALUATED

    return lambda _: evaluate(), evaluate


def prediction(model, samples):
    """The answer to one sample after the other."""
    rows = [samples[0][i : i + 1].clone() for i in range(BATCHES)]

    @torch.inference_mode()
    def answer(i):
        return model(rows[i % BATCHES])

    return answer, lambda: functional.cross_entropy(answer(0), samples[1][:1]).item()


torch.set_num_threads(int(sys.argv[3]))
serve(set_up)
