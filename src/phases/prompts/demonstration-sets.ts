import { numberOfText } from "../../statistics/seeded-draw.ts";
import type { Language } from "../../texts/language.ts";
import type { Demonstration } from "./demonstrations.ts";

/** Demonstrations that a prompt shows together. */
export type DemonstrationSet = readonly Demonstration[];

const kin: readonly ReadonlySet<string>[] = [
  new Set(["Catalan", "French", "Galician", "Italian", "Portuguese", "Romanian", "Spanish"]),
  new Set(["Chinese", "Japanese", "Korean"]),
];

/** Names a language together with those that demonstrations of it serve as well. */
export function kinOf(language: string): string {
  const found = kin.find((languages) => languages.has(language));
  return found === undefined ? language : [...found].join();
}

/**
 * The demonstrations of a prompt, in sets. The sets are few and fixed, so that the engine and
 * servers keep the beginnings of prompts. A small model writes in the row's language if
 * demonstrations of that language or its kin come last. So a set serves rows in the language of its
 * last demonstration and its kin. A row in a language of no set has the last set.
 */
export class DemonstrationSets {
  readonly all: readonly DemonstrationSet[];
  readonly #byKin: ReadonlyMap<string, readonly DemonstrationSet[]>;

  constructor(sets: readonly DemonstrationSet[]) {
    this.all = sets;
    const byKin = new Map<string, DemonstrationSet[]>();
    for (const set of sets) {
      const served = kinOf(set.at(-1)?.language ?? "");
      byKin.set(served, [...(byKin.get(served) ?? []), set]);
    }
    this.#byKin = byKin;
  }

  /**
   * The set of a row. Where several are for a language, the row's text picks one.
   * @param language Undefined if it does not show, which counts as English.
   * @param place Which of the sets, from 0 on. A further one is for a row that was led astray.
   */
  setFor(language: Language | undefined, text: string, place: number): DemonstrationSet {
    const own = this.#byKin.get(kinOf(language?.name ?? "English")) ?? [];
    const picked = own.length > 1 ? own[(numberOfText(0, text) + place) % own.length] : own[0];
    return picked ?? this.all.at(-1) ?? [];
  }
}
