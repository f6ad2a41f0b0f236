import { defineConfig } from "vitest/config";

// Not part of `npm test`, because it needs Python with PyTorch. The reporter shows why a check is
// left out.
export default defineConfig({ test: { include: ["test/training/*.check.ts"], reporters: ["verbose"], testTimeout: 900_000 } });
