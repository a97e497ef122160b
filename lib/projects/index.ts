/* What belongs to one reproduced project: its data and its published numbers. */
/** "FCN with numpy": its published numbers. */
export * as fcn from "./fcn";
/** The homework's tiny, convolutional and recurrent networks: data and published numbers. */
export * as homework from "./homework";
/** Nielsen's "Neural Networks and Deep Learning": its split of MNIST and the published runs. */
export * as nielsen from "./nielsen";
/** The two-layer network of 50 trials: its stream, its trials and its published numbers. */
export * as twoLayer from "./twoLayer";
