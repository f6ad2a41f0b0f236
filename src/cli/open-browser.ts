import { spawn } from "node:child_process";
import { parse } from "node:path";
import { childEnvironment } from "../platform/child-environment.ts";
import type { Environment } from "../platform/environment.ts";

/**
 * Opens a page in the user's browser. Does nothing when `browserCommand` finds no browser or its
 * command cannot be started. The command works in the root folder, so that no program of the
 * working directory is taken for it.
 */
export function openBrowser(url: string, env: Environment, platform: NodeJS.Platform): void {
  const command = browserCommand(url, env, platform);
  if (command === undefined) return;
  const [program, ...args] = command;
  const child = spawn(program, args, { cwd: parse(process.execPath).root, env: childEnvironment(env), stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}

/**
 * The program and arguments that open a page on this machine. Undefined over SSH. On other systems
 * than macOS and Windows it is also undefined when neither `DISPLAY` nor `WAYLAND_DISPLAY` is set.
 */
export function browserCommand(url: string, env: Environment, platform: NodeJS.Platform): [string, ...string[]] | undefined {
  if (env["SSH_CONNECTION"]) return undefined;
  if (platform === "darwin") return ["open", url];
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler", url];
  return env["DISPLAY"] || env["WAYLAND_DISPLAY"] ? ["xdg-open", url] : undefined;
}
