export { firstOfEachClass } from "./firstOfEachClass";
export { loadTinyMnist, loadTinyToy, type TrainAndTest } from "./loadTiny";
export { makeToy } from "./makeToy";
export { poolMnist } from "./poolMnist";
export { type PublishedCnn, publishedCnn } from "./publishedCnn";
export {
  type PublishedEpoch,
  type PublishedReviews,
  publishedReviews,
  type ReviewSettings,
} from "./publishedReviews";
export { type PublishedTiny, publishedTiny } from "./publishedTiny";
export { type LadderOptions, type LadderSpace, reviewLadder } from "./reviewLadder";
export type { LadderNetwork, LadderSetting } from "./reviewObjective";
export { type TinySets, tinySets } from "./tinySets";
