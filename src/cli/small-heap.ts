import v8 from "node:v8";

/**
 * Has the collector look for garbage once the heap has doubled. V8 lets it grow to some four times what is in use, and a row's texts outlive
 * the young generation: a long run would take half as much memory again as a short one. Less than double costs more CPU than it saves memory
 * (bench/README.md, C and D).
 */
export function keepHeapSmall(): void {
  v8.setFlagsFromString("--heap-growing-percent=100");
}
