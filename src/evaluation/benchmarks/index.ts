import { ifeval, systemIfeval } from "../ifeval/ifeval.ts";
import { multifacet } from "../multifacet/multifacet.ts";
import { own } from "../own/own.ts";
import { realguardrails } from "../realguardrails/realguardrails.ts";
import { sysbench, sysbenchWithTruth } from "../sysbench/sysbench.ts";
import type { Benchmark } from "./benchmark.ts";

/** The benchmarks that this program asks itself, in the order of the documentation. */
export const benchmarks: readonly Benchmark[] = [own, systemIfeval, ifeval, multifacet, sysbench, sysbenchWithTruth, realguardrails];
