import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError, messageOf } from "../../errors.ts";
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
    const fileHash = hashOf(await codeOf(path));
    for (const gate of exported) add(gate, shortPath(path), fileHash);
  }
  for (const gate of gates) add(gate, "options.gates");
  return loaded;
}

function checkGate(value: unknown, where: string): asserts value is OwnGate {
  checkOwn(ownGateSchema, value, where);
}

async function exportsOf(path: string): Promise<readonly unknown[]> {
  const name = shortPath(path);
  await readFile(path).catch((error: unknown) => {
    throw new UsageError(`The file of gates ${name} cannot be read: ${messageOf(error)}`, { cause: error });
  });
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    throw notLoaded(name, error);
  }
  const exported = "default" in module ? [module["default"]].flat() : Object.values(module);
  if (exported.length > 0) return exported;
  throw new UsageError(`${name} exports nothing. Expected a gate: export default { name, find }.`);
}

/** Node puts the file and line of a syntax error at the beginning of its stack. */
const syntaxPlace = /^(?:file:\/\/)?(\S.*):(\d+)\n/;

function notLoaded(name: string, error: unknown): UsageError {
  if (error instanceof SyntaxError) {
    const [, path, line] = syntaxPlace.exec(error.stack ?? "") ?? [];
    const place = path === undefined ? name : `${shortPath(decodeURI(path))}:${line}`;
    return new UsageError(`${place}: ${name} is no JavaScript module: ${error.message}.`, { cause: error });
  }
  return new UsageError(`${ownCodeThrew(`the file of gates ${name}`, error).message}.`, { cause: error });
}

const relativeImport = /(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g;

/** The hashes of a module and of the modules that it imports by a relative path. */
async function codeOf(path: string, known = new Map<string, string>()): Promise<string> {
  const text = await readFile(path, "utf8").catch(() => "");
  known.set(path, hashOf(text));
  for (const [, specifier = ""] of text.matchAll(relativeImport)) {
    const imported = resolve(dirname(path), specifier);
    if (!known.has(imported)) await codeOf(imported, known);
  }
  return [...known.values()].join(" ");
}
