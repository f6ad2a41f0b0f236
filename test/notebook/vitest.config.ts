import { defineConfig } from "vitest/config";

// Not part of `npm test`, because it installs packages from PyPI. The reporter shows why a check is
// left out.
export default defineConfig({ test: { include: ["test/notebook/*.check.ts"], reporters: ["verbose"], testTimeout: 900_000 } });
