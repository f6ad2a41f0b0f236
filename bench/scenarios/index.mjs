import { overlap } from "./a-overlap.mjs";
import { stragglers } from "./b-stragglers.mjs";
import { cpu } from "./c-cpu.mjs";
import { size } from "./d-size.mjs";
import { kill } from "./e-kill.mjs";
import { errors } from "./f-errors.mjs";
import { capacity } from "./g-capacity.mjs";
import { pool } from "./h-pool.mjs";

/**
 * Each scenario has `run({ repeat, rows })`, which returns Markdown `tables`, `bars` (`{ what, bar,
 * seen, met }`) and the `data` behind them.
 */
export const scenarios = [overlap, stragglers, cpu, size, kill, errors, capacity, pool];
