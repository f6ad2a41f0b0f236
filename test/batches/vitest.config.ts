import { defineConfig } from "vitest/config";

/** The batch lane at full size, with the built program. `npm run check:batch` runs it. */
export default defineConfig({ test: { include: ["test/batches/*.check.ts"], testTimeout: 3_600_000, hookTimeout: 600_000 } });
