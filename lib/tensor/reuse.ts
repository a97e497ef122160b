/** The number of the step that is running; 0 outside. */
let step = 0;
/** How many steps there have been. */
let steps = 0;

/**
 * Runs a step of a loop that nobody sees into, such as `fit`'s: the tensors that a `Workspace` gives in one step are
 * those it gave in steps before, so that a loop allocates nothing. In the step itself none is given twice.
 *
 * The work must be synchronous and call nobody who may keep a tensor.
 */
export function reuse<T>(work: () => T): T {
  if (step !== 0) return work();
  step = ++steps;
  try {
    return work();
  } finally {
    step = 0;
  }
}

/** The same items, each of them made in a step: a loader's batches are overwritten by the next. */
export function* reused<T>(items: Iterable<T>): Generator<T, void, undefined> {
  const iterator = items[Symbol.iterator]();
  const next = (): IteratorResult<T> => iterator.next();
  try {
    for (let item = reuse(next); !item.done; item = reuse(next)) yield item.value;
  } finally {
    iterator.return?.();
  }
}

/** The number of the step that is running; 0 where results are to be new. */
export function currentStep(): number {
  return step;
}
