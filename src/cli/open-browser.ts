import { spawn } from "node:child_process";
import type { Environment } from "../hub/environment.ts";

/** Opens a page in the user's browser, where there is one; says nothing where there is none. */
export function openBrowser(url: string, env: Environment, platform: NodeJS.Platform): void {
  const command = browserCommand(url, env, platform);
  if (command === undefined) return;
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}

/** What opens a page on this machine; undefined where there is no screen to show it on. */
export function browserCommand(url: string, env: Environment, platform: NodeJS.Platform): [string, ...string[]] | undefined {
  if (platform === "darwin") return ["open", url];
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler", url];
  const hasScreen = Boolean(env["DISPLAY"] ?? env["WAYLAND_DISPLAY"]);
  return hasScreen && !env["SSH_CONNECTION"] ? ["xdg-open", url] : undefined;
}
