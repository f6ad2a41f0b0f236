import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SysGenError, messageOf } from "../../errors.ts";
import { sysgenCacheFolder, type Environment } from "../../platform/environment.ts";

/** The version of node-llama-cpp that this program is tested with. */
export const testedVersion = "3.22.1";

/** The package of node-llama-cpp that holds a platform's binary for the CPU, or for Metal. */
const binaries: Readonly<Record<string, string>> = {
  "darwin-arm64": "mac-arm64-metal",
  "darwin-x64": "mac-x64",
  "linux-arm": "linux-armv7l",
  "linux-arm64": "linux-arm64",
  "linux-riscv64": "linux-riscv64",
  "linux-x64": "linux-x64",
  "win32-arm64": "win-arm64",
  "win32-x64": "win-x64",
};

/** A folder of its own, so that npm leaves the user's packages alone. */
function engineFolder(env: Environment): string {
  return join(sysgenCacheFolder(env), `node-llama-cpp-${testedVersion}`);
}

/**
 * The command that installs the engine, also for a program that is installed globally. It leaves
 * out the binaries for GPUs, which are 0.7 GB. Undefined for a platform without a binary.
 */
export function installCommand(env: Environment, platform = `${process.platform}-${process.arch}`): string | undefined {
  const binary = binaries[platform];
  if (binary === undefined) return undefined;
  const folder = engineFolder(env);
  const packages = ["node-llama-cpp", `@node-llama-cpp/${binary}`].map((name) => `${name}@${testedVersion}`);
  const quoted = /^[\w./\\:~-]+$/.test(folder) ? folder : `"${folder}"`;
  return `npm install --prefix ${quoted} --ignore-scripts --omit=optional ${packages.join(" ")}`;
}

/**
 * Where node-llama-cpp is, as a URL. It is looked for where this program is installed, then where
 * the command above puts it. The working directory is not looked at, because it may hold the data
 * of a stranger.
 * @throws SysGenError when it is not installed.
 */
export function findEngine(env: Environment): string {
  for (const from of [import.meta.url, join(engineFolder(env), "engine.js")]) {
    try {
      return pathToFileURL(createRequire(from).resolve("node-llama-cpp")).href;
    } catch {
      // The next place may have it.
    }
  }
  throw new SysGenError(`The embedded engine is not installed. ${engineCure(env)}`);
}

/**
 * Loads node-llama-cpp, which is an optional peer dependency.
 * @throws SysGenError when it is not installed or cannot be loaded.
 */
export async function importEngine(env: Environment = process.env): Promise<typeof import("node-llama-cpp")> {
  const engine = findEngine(env);
  try {
    return await import(engine);
  } catch (error) {
    throw new SysGenError(`The embedded engine at ${engine} cannot be loaded (${messageOf(error)}). ${engineCure(env)}`, { cause: error });
  }
}

/** How to have the engine, as sentences. */
export function engineCure(env: Environment): string {
  const command = installCommand(env);
  const server = "reach a model server with --base-url";
  if (command === undefined) return `It has no binary for ${process.platform}-${process.arch}, so ${server}.`;
  return `Install it with: ${command} — or ${server}. For a GPU on Linux or Windows, leave out --omit=optional.`;
}
