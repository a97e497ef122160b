"""NumPy as a program of the benchmark, written as a project with a hand-made network writes it: whole batches, no
loops. Usage: numpy_peer.py IMAGES LABELS. The number of threads is that of its BLAS (OPENBLAS_NUM_THREADS)."""

import sys
from functools import lru_cache

import numpy as np

from serve import WEIGHT_SEED, batches, digest, initial_weights, load_mnist, serve


@lru_cache(maxsize=None)
def data(dtype):
    pixels, labels = load_mnist(*sys.argv[1:3])
    return (pixels / 255).astype(dtype), labels.astype(np.int64), np.eye(10, dtype=dtype)[labels]


def relu_network(workload):
    """in → ReLU → out with softmax and cross-entropy."""
    dtype, rate, size = workload["dtype"], workload["learningRate"], workload["batch"]
    images, labels, _ = data(dtype)
    w1, w2 = initial_weights(workload, dtype)
    b1, b2 = np.zeros(w1.shape[1], dtype), np.zeros(w2.shape[1], dtype)
    picks = batches(len(images), size)
    rows = np.arange(size)

    def forward(i):
        pick = picks[i % len(picks)]
        x, t = images[pick], labels[pick]
        h = x @ w1 + b1
        a = np.maximum(h, 0)
        z = a @ w2 + b2
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        return x, t, h, a, p, -np.log(p[rows, t]).mean()

    def step(i):
        nonlocal w1, b1, w2, b2
        x, t, h, a, p, _ = forward(i)
        dz = p
        dz[rows, t] -= 1
        dz /= size
        dh = (dz @ w2.T) * (h > 0)
        w2 -= rate * (a.T @ dz)
        b2 -= rate * dz.sum(axis=0)
        w1 -= rate * (x.T @ dh)
        b1 -= rate * dh.sum(axis=0)

    return step, lambda: forward(0)[-1]


def sigmoid_network(workload):
    """in → sigmoid → sigmoid with the quadratic cost."""
    dtype, rate, size = workload["dtype"], workload["learningRate"], workload["batch"]
    images, _, targets = data(dtype)
    w1, w2 = initial_weights(workload, dtype)
    b1, b2 = np.zeros(w1.shape[1], dtype), np.zeros(w2.shape[1], dtype)
    picks = batches(len(images), size)

    def forward(i):
        pick = picks[i % len(picks)]
        x, t = images[pick], targets[pick]
        a = 1 / (1 + np.exp(-(x @ w1 + b1)))
        y = 1 / (1 + np.exp(-(a @ w2 + b2)))
        return x, t, a, y, ((y - t) ** 2).sum() / (2 * size)

    def step(i):
        nonlocal w1, b1, w2, b2
        x, t, a, y, _ = forward(i)
        dz = (y - t) / size * y * (1 - y)
        dh = (dz @ w2.T) * a * (1 - a)
        w2 -= rate * (a.T @ dz)
        b2 -= rate * dz.sum(axis=0)
        w1 -= rate * (x.T @ dh)
        b1 -= rate * dh.sum(axis=0)

    return step, lambda: forward(0)[-1]


def product(workload):
    m, k, n = workload["m"], workload["k"], workload["n"]
    random = np.random.RandomState(WEIGHT_SEED)
    a = random.randn(*((k, m) if workload["transposeA"] else (m, k))).astype(workload["dtype"])
    b = random.randn(*((n, k) if workload["transposeB"] else (k, n))).astype(workload["dtype"])
    left = a.T if workload["transposeA"] else a
    right = b.T if workload["transposeB"] else b
    c = np.empty((m, n), workload["dtype"])
    return lambda i: np.matmul(left, right, out=c), lambda: digest(c)


def set_up(workload):
    if workload["kind"] == "matmul":
        return product(workload)
    return relu_network(workload) if workload["activation"] == "relu" else sigmoid_network(workload)


serve(set_up)
