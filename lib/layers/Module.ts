import { markCopy } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import type { DType } from "../kernels/Kernels";
import { RandomState } from "../tensor/RandomState";
import { formatShape, type Shape, sameShape } from "../tensor/shape";
import { checkDType, checkTensor, type Pass, passOf, setPass, Tensor } from "../tensor/Tensor";
import { Workspace } from "../tensor/Workspace";
import { Buffer } from "./Buffer";
import { Parameter } from "./Parameter";

/** What a layer remembers of a `forward`. */
interface LastPass {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly pass: Pass;
  /** The pass that x came from. */
  readonly from: Pass | undefined;
  /** The passes of the layers that this one is made of. */
  readonly parts: readonly Pass[];
  /** Whether the `forward` before has had no `backward`, so that two of them now may be meant for both. */
  readonly isSecond: boolean;
  /** The dy of the last `backward` since. */
  dy: Tensor | undefined;
}

const NONE: readonly never[] = [];
const CONSTANTS: readonly string[] = ["number", "string", "boolean", "bigint"];

/**
 * A layer or a network: a function of a batch, and its derivative written out by hand.
 *
 * `forward(x)` computes y and remembers what the derivative needs. `backward(dy)` takes ∂loss/∂y, adds ∂loss/∂θ to
 * the `grad` of each parameter θ, and returns ∂loss/∂x: the chain rule, one link a layer. It belongs to the last
 * `forward`: the gradient of an earlier one's result is refused.
 *
 * The tensors that both return belong to the caller. Only while `fit` and `evaluate` run are they used again in the
 * next step: a layer or a loss of your own that keeps one from step to step has to `clone()` it.
 *
 * A layer of your own writes `forward`, `backward` and `outputShape`. It takes y from `takeOutput(x)`, x and y back from
 * `recallPass(dy)` and dx from `takeInputGradient()`. Its parameters, buffers, and the layers it is made of, are found in its
 * fields.
 */
export abstract class Module {
  /** Whether the layer is learning; dropout, for one, behaves differently when not. */
  training = true;
  readonly #outputs = new Workspace();
  readonly #gradients = new Workspace();
  #last: LastPass | undefined;
  #pass: Pass | undefined;
  #isOpen = false;

  /** y = f(x). Shapes: x [N, …] → y as `outputShape` says. @throws ShapeError if x does not fit. */
  abstract forward(x: Tensor): Tensor;

  /**
   * ∂loss/∂x from dy = ∂loss/∂y for the x of the last `forward`; adds ∂loss/∂θ to `grad` of each parameter θ.
   * Shapes: dy as y → dx as x.
   * @throws ShapeError if dy has another shape; ArgumentError before a `forward`, or if dy belongs to another one.
   */
  abstract backward(dy: Tensor): Tensor;

  /** The shape of y for an x of that shape, the batch axis included. @throws ShapeError if x does not fit. */
  abstract outputShape(shape: Shape): Shape;

  /**
   * For `forward`: the tensor to write y to, with unspecified values; x and y are remembered. Give the dtype of the
   * weights where there are some.
   * @throws ShapeError if x does not fit; ArgumentError if it is no tensor, or of another dtype.
   */
  protected takeOutput(x: Tensor, dtype?: DType): Tensor {
    const shape = this.checkInput(x, dtype);
    return this.#remember(x, this.#outputs.take(shape, x.dtype), NONE, undefined);
  }

  /** The shape of y. @throws ShapeError if x does not fit; ArgumentError if it is no tensor, or of another dtype. */
  protected checkInput(x: Tensor, dtype?: DType): Shape {
    if (!(x instanceof Tensor)) checkTensor(`${this.layerName}.forward`, "x", x);
    const shape = this.outputShape(x.shape);
    if (dtype !== undefined && x.dtype !== dtype) {
      const problem = `x must be ${dtype}, as the weights are, got ${x.dtype}`;
      throw new ArgumentError(`${this.layerName}.forward`, problem);
    }
    return shape;
  }

  /**
   * For a `forward` that does not take y from `takeOutput`: remembers x and y, and returns y. The layers that the
   * `backward` to come will call are `parts`.
   */
  protected rememberPass(x: Tensor, y: Tensor, parts: readonly Module[] = NONE): Tensor {
    const before = passOf(y);
    return this.#remember(x, y, parts, before?.layer === this ? undefined : before);
  }

  #remember(x: Tensor, y: Tensor, parts: readonly Module[], inner: Pass | undefined): Tensor {
    const pass = { layer: this, inner };
    this.#last = {
      x,
      y,
      pass,
      from: passOf(x),
      parts: parts === NONE ? NONE : this.#passesOf(parts),
      isSecond: this.#last !== undefined && this.#last.y !== y && !this.#last.dy,
      dy: undefined,
    };
    this.#pass = pass;
    setPass(y, pass);
    return y;
  }

  /**
   * For `backward`: the x and the y of the last `forward`, which dy belongs to.
   * @throws ShapeError if dy is not as y; ArgumentError if it is no tensor, of another dtype or the gradient of an
   * earlier result, before a `forward`, or if one of the parts has been called since.
   */
  protected recallPass(dy: Tensor): { readonly x: Tensor; readonly y: Tensor } {
    const last = this.#last;
    if (!last) throw new ArgumentError(`${this.layerName}.backward`, "forward must be called first");
    if (!(dy instanceof Tensor)) checkTensor(`${this.layerName}.backward`, "dy", dy);
    const { y } = last;
    const origin = passOf(dy);
    if (origin && !includes(origin, last.pass) && !this.#isWithin(origin)) this.#refuse(origin);
    if (!sameShape(dy.shape, y.shape)) {
      const problem = `dy must be ${formatShape(y.shape)}, got ${formatShape(dy.shape)}`;
      throw new ShapeError(`${this.layerName}.backward`, problem);
    }
    if (dy.dtype !== y.dtype) checkDType(`${this.layerName}.backward`, y, dy);
    if (last.isSecond && last.dy && origin !== last.pass) {
      const problem = "each backward must come before the next forward, got two forwards, then two backwards";
      throw new ArgumentError(`${this.layerName}.backward`, problem);
    }
    for (const pass of last.parts) {
      if ((pass.layer as Module).#pass === pass) continue;
      const problem = "its layers must not be called between forward and backward";
      const name = (pass.layer as Module).layerName;
      throw new ArgumentError(`${this.layerName}.backward`, `${problem}, got another forward of ${name}`);
    }
    last.dy = dy;
    return last;
  }

  /** Whether a pass is that of a network which this layer is in: layers behind it may hand back the gradient they got. */
  #isWithin({ layer }: Pass): boolean {
    const network = layer as Module;
    if (network === this) return false;
    if (network.#last?.parts.some((part) => part.layer === this)) return true;
    return [...network.namedLayers().values()].some(
      (part) => part === this || this.#isWithin({ layer: part }),
    );
  }

  #refuse({ layer }: Pass): never {
    const [got, cure] =
      layer === this
        ? ["an earlier one's result", "call backward before the next forward"]
        : [`the result of another layer (${layer.constructor.name})`, "give each the gradient of its own"];
    const problem = `dy must belong to the last forward, got the gradient of ${got}; ${cure}`;
    throw new ArgumentError(`${this.layerName}.backward`, problem);
  }

  /** For `backward`, after `recallPass`: the tensor to write dx to, with unspecified values; or the dx given. */
  protected takeInputGradient(dx?: Tensor): Tensor {
    const { x, from } = this.#last as LastPass;
    return setPass(dx ?? this.#gradients.take(x.shape, x.dtype), from);
  }

  /** What the layer is called in errors. */
  protected get layerName(): string {
    return this.constructor.name;
  }

  #passesOf(parts: readonly Module[]): readonly Pass[] {
    const passes: Pass[] = [];
    for (const part of parts) part.#addLastPasses(passes, this);
    return passes;
  }

  /**
   * Adds the pass of the last `forward`, for all but the layer that asks. A layer that remembers none, as its author
   * did not write so, is given a new one, and counts with the layers it is made of.
   */
  #addLastPasses(passes: Pass[], asking: Module): void {
    if (this === asking) return;
    if (this.#last) {
      passes.push(this.#last.pass);
      return;
    }
    this.#pass = { layer: this };
    passes.push(this.#pass);
    this.#once(() => {
      for (const layer of this.namedLayers().values()) layer.#addLastPasses(passes, asking);
    });
  }

  /**
   * What is looked through for parameters, buffers, layers, streams and constants, by name: the fields, and the items of
   * lists, sets, maps and plain objects in them; not #private ones.
   */
  protected namedFields(): [string, unknown][] {
    return flat(Object.entries(this));
  }

  /** The layers that this one is made of, by name. */
  namedLayers(): Map<string, Module> {
    return new Map(
      this.namedFields().filter((field): field is [string, Module] => field[1] instanceof Module),
    );
  }

  /**
   * The parameters by name, each once, in a fixed order: the names under which they are saved. A field that is a
   * parameter gives it its name; the parameters of a layer stand behind the name of the field that it is in.
   */
  namedParameters(): Map<string, Parameter> {
    return eachOnce(
      this.#collect(
        (value) => value instanceof Parameter,
        (layer) => layer.namedParameters(),
      ),
    );
  }

  /** The buffers by name, each once, as the parameters are. */
  namedBuffers(): Map<string, Buffer> {
    return eachOnce(
      this.#collect(
        (value) => value instanceof Buffer,
        (layer) => layer.namedBuffers(),
      ),
    );
  }

  /** What the layer has learned, by name: the values of its parameters and buffers, which are saved. */
  namedTensors(): Map<string, Tensor> {
    const all = [...this.namedParameters(), ...this.namedBuffers()];
    return new Map(all.map(([name, { value }]) => [name, value]));
  }

  /**
   * Constants that the parameters do not show, by name: a checkpoint fits only where they are the same. The numbers,
   * texts and flags in the fields, unless a layer says otherwise; what changes as it runs belongs into a #private field.
   */
  namedSettings(): Map<string, unknown> {
    return this.#collect<unknown>(
      (value, name): value is unknown => CONSTANTS.includes(typeof value) && name !== "training",
      (layer) => layer.namedSettings(),
    );
  }

  /** The streams that training draws from, by name: a checkpoint keeps them beside the parameters. */
  namedStreams(): Map<string, RandomState> {
    return this.#collect(
      (value) => value instanceof RandomState,
      (layer) => layer.namedStreams(),
    );
  }

  /** What the fields hold of a kind, and what the layers in them have of it. */
  #collect<T>(
    isOne: (value: unknown, name: string) => value is T,
    of: (layer: Module) => Map<string, T>,
  ): Map<string, T> {
    const found = new Map<string, T>();
    this.#once(() => {
      for (const [name, value] of this.namedFields()) {
        if (isOne(value, name)) found.set(name, value);
        else if (value instanceof Module)
          for (const [inner, one] of of(value)) found.set(`${name}.${inner}`, one);
      }
    });
    return found;
  }

  /** Looks into the layer, unless that is what is going on: a layer may have its network in a field. */
  #once(look: () => void): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    try {
      look();
    } finally {
      this.#isOpen = false;
    }
  }

  /** `backward` for the first layer of a network: ∂loss/∂x, which nobody reads, may be left out. */
  backwardParameters(dy: Tensor): void {
    this.backward(dy);
  }

  /** All parameters that are not frozen, in the order of `namedParameters`: what an optimiser takes. */
  parameters(): Parameter[] {
    return [...this.namedParameters().values()].filter(({ frozen }) => !frozen);
  }

  /** Clears all gradients. */
  zeroGrad(): void {
    for (const parameter of this.namedParameters().values()) parameter.zeroGrad();
  }

  /** Sets whether the layer, and all in it, is learning. */
  train(training = true): this {
    this.training = training;
    this.#once(() => {
      for (const layer of this.namedLayers().values()) layer.train(training);
    });
    return this;
  }

  /** The same as `train(false)`. */
  eval(): this {
    return this.train(false);
  }
}

markCopy(Module);

/** Whether a pass is another one, or has returned its result. */
function includes(pass: Pass, other: Pass): boolean {
  for (let one: Pass | undefined = pass; one; one = one.inner) if (one === other) return true;
  return false;
}

/** What a name stands for, under the first of its names only. */
function eachOnce<T>(named: ReadonlyMap<string, T>): Map<string, T> {
  const known = new Set<T>();
  return new Map([...named].filter(([, one]) => !known.has(one) && known.add(one)));
}

/** Lists, sets, maps and plain objects item by item, `layers.0`. */
function flat(fields: readonly [string, unknown][], within: readonly unknown[] = []): [string, unknown][] {
  return fields.flatMap(([name, value]) => {
    const items = itemsOf(value);
    if (!items || within.includes(value)) return [[name, value]];
    const named = items.map(([key, item]): [string, unknown] => [`${name}.${key}`, item]);
    return flat(named, [...within, value]);
  });
}

function itemsOf(value: unknown): [string, unknown][] | undefined {
  if (Array.isArray(value)) return value.map((item, i) => [`${i}`, item]);
  if (value instanceof Set) return itemsOf([...value]);
  if (value instanceof Map) return [...value].map(([key, item]) => [String(key), item]);
  const isPlain = value instanceof Object && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? Object.entries(value) : undefined;
}
