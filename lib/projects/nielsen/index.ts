export { loadMnist, type NielsenMnist } from "./loadMnist";
export { type PublishedChapter, type PublishedNielsen, published } from "./published";
