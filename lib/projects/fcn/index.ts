export { type PublishedFcn, published } from "./published";
