import { pc } from "./terminal.ts";
import { hang } from "./wrap-text.ts";

/** Renders named values under a title. Empty if there are none. */
export function section(title: string, entries: readonly (readonly [name: string, value: string])[]): string {
  if (entries.length === 0) return "";
  const width = Math.max(...entries.map(([name]) => name.length));
  return [pc.bold(title), ...entries.map(([name, value]) => `  ${name.padEnd(width)}  ${hang}${value}`)].join("\n");
}
