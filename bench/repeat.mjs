import { openServer } from "./open-server.mjs";
import { withFolder } from "./temporary.mjs";

/**
 * Runs `once` for a warm-up, whose result is dropped, then `repeat` times. Each has an empty
 * folder.
 */
export async function repeated({ repeat }, once) {
  const results = [];
  for (let index = -1; index < repeat; index++) {
    const result = await withFolder(once);
    if (index >= 0) results.push(result);
  }
  return results;
}

export async function withServer(endpoints, use) {
  const server = await openServer(...endpoints);
  try {
    return await use(server);
  } finally {
    server.close();
  }
}
