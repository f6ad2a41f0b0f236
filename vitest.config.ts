import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";

/** Files that mock a module. Others would see the mock, or these the module that others loaded. */
const mocking = ["ask-about-batches", "batch-sender", "server-faults"].map((name) => `src/execution/batch/${name}.test.ts`);

export default defineConfig({
  // The examples of the library import it as users do.
  resolve: { alias: { sysgen: fileURLToPath(new URL("src/index.ts", import.meta.url)) } },
  test: {
    setupFiles: ["test/no-colour.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "all",
          include: ["src/**/*.test.ts", "test/**/*.test.ts", "{bench,test}/**/*.test.mjs"],
          exclude: [...configDefaults.exclude, ...mocking],
          isolate: false,
        },
      },
      { extends: true, test: { name: "mocking", include: mocking } },
    ],
  },
});
