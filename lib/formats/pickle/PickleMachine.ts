import { inWords } from "../../checks";
import { ImportedName, PickledArray, PickledType } from "./numpyNames";
import type { PickleBytes } from "./PickleBytes";
import { readFloat, readIndex, readInteger, readLong, readString, readUnicode } from "./pickleText";

/** What the values of a pickle may cost, in bytes or what takes as long; IMDB's reviews cost a third of it. */
const MOST = 2 ** 29;
const VALUE = 32;
const LIST = 160;
const DICT = 1024;
const ENTRY = 200;

/**
 * The stack machine that a pickle is a program for, as far as data goes: numbers, strings, bytes, lists, tuples, dicts
 * and the arrays of NumPy. It makes no objects of classes, calls nothing and imports nothing. Whatever an operation
 * does not find as Python writes it is an error, and so is what needs more memory than a data set has use for.
 * Source: Python's Lib/pickle.py (class _Unpickler) and Lib/pickletools.py.
 */
export class PickleMachine {
  readonly bytes: PickleBytes;
  private readonly importName: (module: string, name: string) => ImportedName;
  private stack: unknown[] = [];
  private readonly marked: unknown[][] = [];
  private readonly memo = new Map<number, unknown>();
  /** Arrays whose contents have not come yet. */
  private unfilled = 0;
  private used = 0;

  constructor(bytes: PickleBytes, importName: (module: string, name: string) => ImportedName) {
    this.bytes = bytes;
    this.importName = importName;
  }

  /** Runs to the end of the file and returns the value that is left. */
  run(): unknown {
    for (let code = this.bytes.byte(); code !== STOP; code = this.bytes.byte()) {
      const operation = OPERATIONS[code];
      if (operation === undefined) this.bytes.refuse(`operation 0x${code.toString(16).padStart(2, "0")}`);
      operation(this);
    }
    const value = this.pop();
    if (this.stack.length > 0 || this.marked.length > 0)
      this.bytes.refuse("an end before all values have found their place");
    if (this.unfilled > 0) this.bytes.refuse("an array without its contents");
    if (this.bytes.rest > 0) this.bytes.refuse(`${this.bytes.rest} bytes after the end`);
    return value;
  }

  /** Counts the memory that values take. */
  use(bytes: number): void {
    this.used += bytes;
    if (this.used > MOST) this.bytes.refuse(`values that need more than ${MOST / 2 ** 20} MiB`);
  }

  push(value: unknown): void {
    this.use(VALUE);
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length === 0) this.bytes.refuse("an operation without what it works on");
    return this.stack.pop();
  }

  /** POP: takes a value away, or the mark where there is none after it. */
  drop(): void {
    if (this.stack.length > 0) this.stack.pop();
    else this.popMarked();
  }

  mark(): void {
    this.use(LIST);
    this.marked.push(this.stack);
    this.stack = [];
  }

  /** The values since the last mark. */
  popMarked(): unknown[] {
    const values = this.stack;
    this.stack = this.marked.pop() ?? this.bytes.refuse("an operation without its mark");
    return values;
  }

  /** The value that the next operations fill. */
  top(): unknown {
    if (this.stack.length === 0) this.bytes.refuse("an operation without what it works on");
    return this.stack[this.stack.length - 1];
  }

  list(values: unknown[]): void {
    this.use(LIST);
    this.push(values);
  }

  /** A tuple is an array that nothing can be added to. */
  tuple(values: unknown[]): void {
    this.list(Object.freeze(values) as unknown[]);
  }

  append(values: readonly unknown[]): void {
    const list = this.top();
    if (!Array.isArray(list) || Object.isFrozen(list))
      this.bytes.refuse(`values to append to ${inWords(list)}`);
    for (const value of values) list.push(value);
  }

  dict(entries: readonly unknown[]): void {
    this.use(DICT);
    this.push(new Map());
    this.setItems(entries);
  }

  /** Adds keys and values in turn. */
  setItems(entries: readonly unknown[]): void {
    const dict = this.top();
    if (!(dict instanceof Map)) this.bytes.refuse(`keys and values for ${inWords(dict)}`);
    if (entries.length % 2 !== 0) this.bytes.refuse("a key without its value");
    this.use(entries.length * ENTRY);
    for (let i = 0; i < entries.length; i += 2) dict.set(entries[i], entries[i + 1]);
  }

  put(index: number = this.memo.size): void {
    this.use(ENTRY);
    this.memo.set(index, this.top());
  }

  get(index: number): void {
    if (!this.memo.has(index)) this.bytes.refuse(`a reference to value ${index}, which is not there`);
    this.push(this.memo.get(index));
  }

  /** GLOBAL and STACK_GLOBAL. */
  pushImported(module: unknown, name: unknown): void {
    if (typeof module !== "string" || typeof name !== "string") this.bytes.refuse("an import without a name");
    this.push(this.importName(module, name));
  }

  /** REDUCE: makes an array, a dtype or bytes. */
  reduce(): void {
    const args = this.pop();
    const callee = this.pop();
    if (!(callee instanceof ImportedName) || !Array.isArray(args))
      this.bytes.refuse(`a call of ${inWords(callee)}`);
    const made = callee.make(args, this);
    if (made instanceof PickledArray) this.unfilled++;
    this.push(made);
  }

  /** BUILD: fills an array, or gives a dtype the order of its bytes. */
  build(): void {
    const state = this.pop();
    const object = this.top();
    if (object instanceof PickledArray && !object.filled) this.unfilled--;
    else if (!(object instanceof PickledType)) this.bytes.refuse(`a state for ${inWords(object)}`);
    object.setState(state, this);
  }
}

type Operation = (machine: PickleMachine) => void;

const STOP = 0x2e;

const refuse =
  (what: string): Operation =>
  ({ bytes }) =>
    bytes.refuse(what);

/** By the character that stands for it in the file, with Python's name. */
const OPERATIONS: readonly (Operation | undefined)[] = byCode({
  /* PROTO */ "\x80": ({ bytes }) => {
    const protocol = bytes.byte();
    if (protocol > 5) bytes.refuse(`protocol ${protocol}`);
  },
  /* FRAME */ "\x95": ({ bytes }) => {
    const length = bytes.unsigned(8);
    if (length > bytes.rest)
      bytes.refuse(`${bytes.rest} bytes where there must be ${length} more (truncated?)`);
  },

  /* NONE, NEWTRUE, NEWFALSE */
  N: (m) => m.push(null),
  "\x88": (m) => m.push(true),
  "\x89": (m) => m.push(false),
  /* INT, LONG, FLOAT, and in binary BININT, BININT1, BININT2, LONG1, LONG4, BINFLOAT */
  I: (m) => m.push(readInteger(m.bytes)),
  L: (m) => m.push(readLong(m.bytes)),
  F: (m) => m.push(readFloat(m.bytes)),
  J: (m) => m.push(m.bytes.int32()),
  K: (m) => m.push(m.bytes.byte()),
  M: (m) => m.push(m.bytes.unsigned(2)),
  "\x8a": (m) => m.push(m.bytes.long(m.bytes.byte())),
  "\x8b": (m) => m.push(m.bytes.long(m.bytes.unsigned(4))),
  G: (m) => m.push(m.bytes.float64()),
  /* STRING, SHORT_BINSTRING, BINSTRING */
  S: (m) => m.push(readString(m.bytes)),
  U: (m) => m.push(m.bytes.latin1(m.bytes.byte())),
  T: (m) => m.push(m.bytes.latin1(m.bytes.unsigned(4))),
  /* UNICODE, SHORT_BINUNICODE, BINUNICODE, BINUNICODE8 */
  V: (m) => m.push(readUnicode(m.bytes)),
  "\x8c": (m) => m.push(m.bytes.utf8(m.bytes.byte())),
  X: (m) => m.push(m.bytes.utf8(m.bytes.unsigned(4))),
  "\x8d": (m) => m.push(m.bytes.utf8(m.bytes.unsigned(8))),
  /* SHORT_BINBYTES, BINBYTES, BINBYTES8, BYTEARRAY8 */
  C: (m) => m.push(m.bytes.take(m.bytes.byte())),
  B: (m) => m.push(m.bytes.take(m.bytes.unsigned(4))),
  "\x8e": (m) => m.push(m.bytes.take(m.bytes.unsigned(8))),
  "\x96": (m) => m.push(m.bytes.take(m.bytes.unsigned(8))),

  /* MARK, POP, POP_MARK, DUP */
  "(": (m) => m.mark(),
  "0": (m) => m.drop(),
  "1": (m) => m.popMarked(),
  "2": (m) => m.push(m.top()),
  /* PUT, BINPUT, LONG_BINPUT, MEMOIZE, GET, BINGET, LONG_BINGET */
  p: (m) => m.put(readIndex(m.bytes)),
  q: (m) => m.put(m.bytes.byte()),
  r: (m) => m.put(m.bytes.unsigned(4)),
  "\x94": (m) => m.put(),
  g: (m) => m.get(readIndex(m.bytes)),
  h: (m) => m.get(m.bytes.byte()),
  j: (m) => m.get(m.bytes.unsigned(4)),

  /* EMPTY_LIST, LIST, APPEND, APPENDS */
  "]": (m) => m.list([]),
  l: (m) => m.list(m.popMarked()),
  a: (m) => {
    const value = m.pop();
    m.append([value]);
  },
  e: (m) => {
    const values = m.popMarked();
    m.append(values);
  },
  /* EMPTY_TUPLE, TUPLE, TUPLE1, TUPLE2, TUPLE3 */
  ")": (m) => m.tuple([]),
  t: (m) => m.tuple(m.popMarked()),
  "\x85": (m) => m.tuple([m.pop()]),
  "\x86": (m) => m.tuple([m.pop(), m.pop()].reverse()),
  "\x87": (m) => m.tuple([m.pop(), m.pop(), m.pop()].reverse()),
  /* EMPTY_DICT, DICT, SETITEM, SETITEMS */
  "}": (m) => m.dict([]),
  d: (m) => m.dict(m.popMarked()),
  s: (m) => {
    const entry = [m.pop(), m.pop()].reverse();
    m.setItems(entry);
  },
  u: (m) => {
    const entries = m.popMarked();
    m.setItems(entries);
  },

  /* GLOBAL, STACK_GLOBAL, REDUCE, BUILD */
  c: (m) => m.pushImported(m.bytes.line(), m.bytes.line()),
  "\x93": (m) => {
    const [module, name] = [m.pop(), m.pop()].reverse();
    m.pushImported(module, name);
  },
  R: (m) => m.reduce(),
  b: (m) => m.build(),

  /* EMPTY_SET, FROZENSET, ADDITEMS */
  "\x8f": refuse("a set"),
  "\x91": refuse("a set"),
  "\x90": refuse("a set"),
  /* INST, OBJ, NEWOBJ, NEWOBJ_EX */
  i: refuse("an object of a class"),
  o: refuse("an object of a class"),
  "\x81": refuse("an object of a class"),
  "\x92": refuse("an object of a class"),
  /* PERSID, BINPERSID, EXT1, EXT2, EXT4, NEXT_BUFFER, READONLY_BUFFER */
  P: refuse("one that is not complete in itself, as it asks for a persistent object"),
  Q: refuse("one that is not complete in itself, as it asks for a persistent object"),
  "\x82": refuse("one that is not complete in itself, as it asks for a registered extension"),
  "\x83": refuse("one that is not complete in itself, as it asks for a registered extension"),
  "\x84": refuse("one that is not complete in itself, as it asks for a registered extension"),
  "\x97": refuse("one that is not complete in itself, as its data are in another file"),
  "\x98": refuse("one that is not complete in itself, as its data are in another file"),
});

function byCode(operations: Readonly<Record<string, Operation>>): readonly (Operation | undefined)[] {
  const table: (Operation | undefined)[] = new Array(256).fill(undefined);
  for (const [character, operation] of Object.entries(operations)) table[character.charCodeAt(0)] = operation;
  return table;
}
