/**
 * Items of the published sets, by benchmark. Data with another number of items is not the set that
 * others report of.
 */
export const publishedItems: Readonly<Record<string, number>> = {
  "s-ifeval": 541,
  ifeval: 541,
  multifacet: 921,
  sysbench: 500,
  "sysbench-gt": 500,
  realguardrails: 743,
  "ifeval-harness": 541,
  mmlu: 14_042,
  "mmlu-generative": 14_042,
  "mmlu-pro": 12_032,
  "arc-challenge": 1_172,
  "arc-challenge-chat": 1_172,
  gpqa: 448,
  "gpqa-cot": 448,
  hellaswag: 10_042,
  mathqa: 2_985,
  bbh: 6_511,
};
