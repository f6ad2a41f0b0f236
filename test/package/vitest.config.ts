import { defineConfig } from "vitest/config";

// Not part of `npm test`, because it installs packages from the npm registry. The reporter shows
// the figures.
export default defineConfig({
  test: { include: ["test/package/*.check.ts"], reporters: ["verbose"], hookTimeout: 600_000, testTimeout: 900_000 },
});
