import type { Engine } from "./engine.ts";
import { kubernetes } from "./kubernetes.ts";
import { local } from "./local.ts";
import { ray } from "./ray.ts";
import { slurm } from "./slurm.ts";

/** The table of engines. The engine is the user's own: sysgen writes what it is given to run. */
export const engines: readonly Engine[] = [slurm, ray, kubernetes, local];
