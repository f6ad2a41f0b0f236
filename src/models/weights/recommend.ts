import { catalog, defaultModelName, type CatalogModel } from "./catalog.ts";

/** What a machine offers to an embedded model. */
export interface Room {
  readonly freeBytes: number;
  readonly cores: number;
}

/** Models to begin with and what each asks of the machine beside its memory, the best first. */
const choices: readonly { readonly name: string; readonly cores: number; readonly freeGB: number }[] = [
  { name: "qwen3-4b", cores: 8, freeGB: 16 },
  { name: defaultModelName, cores: 1, freeGB: 0 },
  { name: "qwen2.5-coder-0.5b", cores: 1, freeGB: 0 },
];

/** Whether the weights and one context fit in the free memory. */
export function fits({ memoryGB }: CatalogModel, { freeBytes }: Room): boolean {
  return memoryGB * 1e9 <= freeBytes;
}

/** The named model to begin with on a machine. Undefined when none of the choices fits. */
export function recommendedModel(room: Room): CatalogModel | undefined {
  for (const { name, cores, freeGB } of choices) {
    const model = catalog.find((candidate) => candidate.name === name);
    if (model && fits(model, room) && room.cores >= cores && room.freeBytes >= freeGB * 1e9) return model;
  }
  return undefined;
}
