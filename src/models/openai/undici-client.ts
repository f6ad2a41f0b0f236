import { createRequire } from "node:module";
import type * as undici from "undici";

/**
 * undici's Client alone. The package's entry loads fetch, WebSocket, caches and mocks too, and that takes longer than all else that a run
 * loads. This file of undici's is no part of its interface: package.json names the very version.
 */
export const Client: typeof undici.Client = createRequire(import.meta.url)("undici/lib/dispatcher/client.js");
