import { SysGenError, messageOf } from "../../errors.ts";

/**
 * Loads node-llama-cpp, which is an optional dependency.
 * @throws SysGenError when it is not installed or cannot be loaded.
 */
export async function importEngine(): Promise<typeof import("node-llama-cpp")> {
  try {
    return await import("node-llama-cpp");
  } catch (error) {
    throw new SysGenError(
      `The embedded engine cannot be loaded (${messageOf(error)}). Install it with: npm install node-llama-cpp — or reach a model server with --base-url.`,
      { cause: error },
    );
  }
}
