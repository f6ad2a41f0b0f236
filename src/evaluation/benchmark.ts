import type { ChatMessage } from "../models/model.ts";

/** One conversation that a benchmark asks a model to go on with. */
export interface BenchmarkItem {
  /** The same in every run, so that two models' scores of an item can be compared. */
  readonly id: string;
  /** The last message is the user's. */
  readonly messages: readonly ChatMessage[];
}

/** What a response to an item scored. */
export interface ItemScore {
  readonly id: string;
}

/** A benchmark whose responses are checked by code alone. */
export interface CheckedBenchmark<Item extends BenchmarkItem, Score extends ItemScore, Summary> {
  readonly name: string;
  readonly items: readonly Item[];
  /** Never throws. An empty response is scored too. */
  score(item: Item, response: string): Score;
  summarize(scores: readonly Score[]): Summary;
}
