import { spawn } from "node:child_process";
import type { Environment } from "../platform/environment.ts";

/** Opens a page in the user's browser, where there is one; says nothing where there is none. */
export function openBrowser(url: string, env: Environment, platform: NodeJS.Platform): void {
  const command = browserCommand(url, env, platform);
  if (command === undefined) return;
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}

/** What opens a page on this machine; undefined where nobody sits before its screen, or it has none. */
export function browserCommand(url: string, env: Environment, platform: NodeJS.Platform): [string, ...string[]] | undefined {
  if (env["SSH_CONNECTION"]) return undefined;
  if (platform === "darwin") return ["open", url];
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler", url];
  return env["DISPLAY"] || env["WAYLAND_DISPLAY"] ? ["xdg-open", url] : undefined;
}
