import { defineConfig } from "vitest/config";

// Not part of `npm test`, because it takes minutes (Slurm) and installs packages (Ray, Kubernetes'
// schema). The reporter shows why a check is left out.
export default defineConfig({
  test: {
    include: ["test/scale/*.check.ts"],
    reporters: ["verbose"],
    setupFiles: ["test/no-colour.ts"],
    testTimeout: 900_000,
    hookTimeout: 900_000,
    fileParallelism: false,
  },
});
