import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError, messageOf } from "../../errors.ts";
import { isCode } from "../../platform/disk-errors.ts";
import { checkOwn, hashOf, ownCodeThrew, shortPath, versionOf } from "../../platform/own-code.ts";
import { gateNames } from "../gates/index.ts";
import { ownGateSchema, type OwnGate } from "./own-gate.ts";

/** A gate of the user's own, ready for a run. */
export interface LoadedGate {
  readonly gate: OwnGate;
  /** Marks what the gate does, for the run's identity. */
  readonly version: string;
}

/** Names under `respond.gates` and in a row's `gates` that own gates may not take. */
const taken: readonly string[] = [...gateNames, "judge"];

/**
 * The gates of these files and objects, in this order.
 * @param files ES modules. The default export is a gate or a list of gates. Without a default
 * export each named export is a gate.
 * @throws UsageError for a file that cannot be loaded, an object that is no gate, and a name that
 * is taken.
 */
export async function loadGates(files: readonly string[], gates: readonly OwnGate[]): Promise<LoadedGate[]> {
  const loaded: LoadedGate[] = [];
  const owners = new Map(taken.map((name) => [name, "the program"]));
  const add = (gate: unknown, where: string, fileHash?: string): void => {
    checkGate(gate, where);
    const owner = owners.get(gate.name);
    if (owner !== undefined)
      throw new UsageError(`${where}: the gate's name "${gate.name}" is taken by a gate of ${owner}. Name it otherwise.`);
    owners.set(gate.name, where);
    loaded.push({ gate, version: gate.version ?? fileHash ?? versionOf(gate, "find") });
  };
  for (const file of files) {
    const path = resolve(file);
    const exported = await exportsOf(path);
    const fileHash = hashOf([...(await modulesOf(path)).values()].join("\0"));
    for (const gate of exported) add(gate, shortPath(path), fileHash);
  }
  for (const gate of gates) add(gate, "options.gates");
  return loaded;
}

function checkGate(value: unknown, where: string): asserts value is OwnGate {
  checkOwn(ownGateSchema, value, where);
}

/** @throws UsageError when the file cannot be read or run, or exports nothing. */
async function exportsOf(path: string): Promise<readonly unknown[]> {
  const name = shortPath(path);
  await readFile(path).catch((error: unknown) => {
    const why = isCode(error, "ENOENT") ? "there is no such file. Paths are from the working directory." : messageOf(error);
    throw new UsageError(`The file of gates ${name} cannot be read: ${why}`, { cause: error });
  });
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    const place = error instanceof SyntaxError ? await syntaxError(path) : undefined;
    throw new UsageError(place ?? `${ownCodeThrew(`the file of gates ${name}`, error).message}.`, { cause: error });
  }
  const exported = "default" in module ? [module["default"]].flat() : Object.values(module);
  if (exported.length > 0) return exported;
  throw new UsageError(`${name} exports nothing. Expected a gate: export default { name, find }.`);
}

/**
 * Where a module, or one that it imports, does not parse, as a sentence. Node prints the place of a
 * syntax error, and does not tell it to who catches the error.
 */
async function syntaxError(path: string): Promise<string | undefined> {
  const { parseModule } = await import("meriyah");
  for (const [file, text] of await modulesOf(path)) {
    try {
      parseModule(text, { next: true });
    } catch (error) {
      const [, line, what] = /^\[(\d+):[^\]]*\]: (.*)/.exec(messageOf(error)) ?? [];
      if (line !== undefined) return `${shortPath(file)}:${line}: the file is no JavaScript module: ${what}.`;
    }
  }
  return undefined;
}

const relativeImport = /(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g;

/** The text of a module and of the modules that it imports by a relative path, by their paths. */
async function modulesOf(path: string, known = new Map<string, string>()): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(path, "utf8").catch(() => "");
  known.set(path, text);
  for (const [, specifier = ""] of text.matchAll(relativeImport)) {
    const imported = resolve(dirname(path), specifier);
    if (!known.has(imported)) await modulesOf(imported, known);
  }
  return known;
}
