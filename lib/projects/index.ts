/* What belongs to one reproduced project: its data and its published numbers. */
export * as fcn from "./fcn";
export * as homework from "./homework";
export * as nielsen from "./nielsen";
export * as twoLayer from "./twoLayer";
