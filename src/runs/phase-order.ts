import { phaseNames } from "../phases/index.ts";
import type { Manifest } from "./manifest.ts";

const ownPhase = /^code\.phase\.(.+)$/;

/** The phases of a run in the order of its rows' road, those of the user's own among them. */
export function phaseOrder({ identity }: Pick<Manifest, "identity">): readonly string[] {
  const own = Object.entries(identity).flatMap(([setting, { value }]) => {
    const name = ownPhase.exec(setting)?.[1];
    return name === undefined ? [] : [{ name, after: String(value).split(" ", 1)[0] }];
  });
  return phaseNames.flatMap((phase) => [phase, ...own.filter(({ after }) => after === phase).map(({ name }) => name)]);
}
