"""A step of the original of main.ipynb, _FCN with numpy_ (github.com/Sheng-xc/numpy-mnist, commit 0b91518), as a program
of the benchmark: in float64, the array operations of its layers, its loss and its optimiser without weight decay. Only
the batch is picked as in every program here, where the original shuffles the dataset once an epoch and takes slices;
its learning rate is constant, and what its notebook records during training is left out.
What the original does and `numpy_peer.py` does not: it keeps a copy of each linear layer's input, takes the
exponentials of the softmax twice, computes the gradient of the input of every layer, the first included, divides the
gradients by the number of classes and of samples one after the other, and copies them before the update.
Usage: numpy_original.py IMAGES LABELS."""

import sys
from functools import lru_cache

import numpy as np

from serve import batches, initial_weights, load_mnist, serve

CLASSES = 10


@lru_cache(maxsize=None)
def data():
    pixels, labels = load_mnist(*sys.argv[1:3])
    return pixels / 255, labels.astype(np.int64)


class Affine:
    def __init__(self, weight):
        self.weight, self.bias = weight, np.zeros((1, weight.shape[1]))

    def forward(self, x):
        self.x = x.copy()
        return np.dot(x, self.weight) + self.bias

    def backward(self, dy):
        self.d_weight = np.dot(self.x.T, dy) / len(self.x)
        self.d_bias = dy.mean(axis=0)
        return np.einsum("ij,kj->ik", dy, self.weight, optimize=True)

    def update(self, rate):
        self.weight -= rate * self.d_weight.copy()
        self.bias -= rate * self.d_bias.copy().reshape(1, -1)


class Rectifier:
    def forward(self, x):
        self.x = x
        return x * (x > 0)

    def backward(self, dy):
        return dy * (self.x > 0)


def softmax(x):
    x = x - x.max(axis=-1, keepdims=True)
    return np.divide(np.exp(x), np.exp(x).sum(axis=-1)[:, None])


def set_up(workload):
    images, labels = data()
    first, second = (Affine(w) for w in initial_weights(workload, np.float64))
    layers = [first, Rectifier(), second]
    picks = batches(len(images), workload["batch"])
    # Its gradients are those of the mean loss divided by the number of classes.
    rate = workload["learningRate"] * CLASSES

    def forward(i):
        pick = picks[i % len(picks)]
        x, t = images[pick], labels[pick]
        for layer in layers:
            x = layer.forward(x)
        return softmax(x), t

    def step(i):
        p, t = forward(i)
        dy = p.copy()
        dy[np.arange(len(t)), t] -= 1
        dy = dy / CLASSES
        for layer in reversed(layers):
            dy = layer.backward(dy)
        for layer in first, second:
            layer.update(rate)

    def value():
        p, t = forward(0)
        return -np.log(p[np.arange(len(t)), t] + 1e-7).mean()

    return step, value


serve(set_up)
