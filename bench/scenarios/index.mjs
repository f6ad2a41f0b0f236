import { kill } from "./e-kill.mjs";
import { overlap } from "./a-overlap.mjs";
import { stragglers } from "./b-stragglers.mjs";
import { cpu } from "./c-cpu.mjs";

/** Each has `run({ repeat, rows })`, which gives Markdown `tables`, `bars` ({ what, bar, seen, met }) and the `data` behind them. */
export const scenarios = [overlap, stragglers, cpu, kill];
