"""The peers' side of ../protocol.ts: requests on standard input, one JSON object a line, answers on standard output."""

import gzip
import json
import signal
import sys
import time

import numpy as np

WEIGHT_SEED = 1
BATCH_SEED = 2
DATA_SEED = 3
BATCHES = 256
CHECK_STEPS = 3
WARM_UP = 0.5


def serve(set_up):
    """Answers until standard input ends. `set_up(workload)` gives two functions, step(i) and value()."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    print(json.dumps({}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        step, value = set_up(request["workload"])
        if "seconds" in request:
            repeat(step, WARM_UP)
            reply = {"rate": repeat(step, request["seconds"])}
        else:
            for _ in range(CHECK_STEPS):
                step(0)
            reply = {"value": float(value())}
        print(json.dumps(reply), flush=True)
        del step, value


def repeat(step, seconds):
    """Works for so long and returns the units of work a second."""
    start = time.perf_counter()
    taken = 0.0
    steps = 0
    while taken < seconds:
        step(steps)
        steps += 1
        taken = time.perf_counter() - start
    return steps / taken


def load_mnist(images_path, labels_path):
    """Pixels [N, 784] and labels [N], as bytes."""
    return read_idx(images_path, 16).reshape(-1, 784), read_idx(labels_path, 8)


def read_idx(path, header):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


def initial_weights(workload, dtype):
    """W [in, out] of each layer, N(0, gain / in)."""
    random = np.random.RandomState(WEIGHT_SEED)
    sizes, gain = workload["sizes"], workload["gain"]
    weights = [random.randn(n, m) * np.sqrt(gain / n) for n, m in zip(sizes, sizes[1:])]
    return [weight.astype(dtype) for weight in weights]


def normal_numbers(count, size):
    """Numbers [count, size] and classes [count]."""
    random = np.random.RandomState(DATA_SEED)
    return random.randn(count, size).astype(np.float32), random.randint(0, 10, count)


def convolutional_weights(data):
    """Of the convolutions [kh, kw, in, out], channels last, and two dense layers [in, out], N(0, 2 / fanIn)."""
    random = np.random.RandomState(WEIGHT_SEED)
    mnist = (5, 5, 1, 32), (5, 5, 32, 64), (1024, 1000), (1000, 10)
    normal = (3, 3, 3, 32), (3, 3, 32, 64), (3, 3, 64, 128), (2048, 128), (128, 10)
    shapes = mnist if data == "mnist" else normal
    weights = [random.randn(*shape) * np.sqrt(2 / np.prod(shape[:-1])) for shape in shapes]
    return [weight.astype(np.float32) for weight in weights]


def batches(count, size):
    """The sample numbers of the batches, [BATCHES, size]."""
    return np.random.RandomState(BATCH_SEED).randint(0, count, (BATCHES, size))


def digest(product):
    """The sum of f C_f / (M N) over the flat product."""
    flat = product.ravel().astype(np.float64)
    return np.arange(flat.size) @ flat / flat.size
