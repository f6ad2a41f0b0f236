import { spawn } from "node:child_process";
import type { Environment } from "../platform/environment.ts";

/**
 * Opens a page in the user's browser. Does nothing when `browserCommand` finds no browser or its
 * command cannot be started.
 */
export function openBrowser(url: string, env: Environment, platform: NodeJS.Platform): void {
  const command = browserCommand(url, env, platform);
  if (command === undefined) return;
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: "ignore", detached: true });
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
