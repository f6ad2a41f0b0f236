import { defineConfig } from "vitest/config";

// Checks that are not part of `npm test`, because they need Python with PyTorch, install packages
// or take minutes. The reporter shows figures, and why a check is left out.
export default defineConfig({
  test: {
    include: ["test/**/*.check.ts"],
    reporters: ["verbose"],
    setupFiles: ["test/no-colour.ts"],
    testTimeout: 3_600_000,
    hookTimeout: 900_000,
    fileParallelism: false,
  },
});
