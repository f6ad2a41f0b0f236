import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { exitCodes } from "../../src/cli/exit-codes.ts";
import { kubernetes } from "../../src/shards/engines/kubernetes.ts";

const folder = fileURLToPath(new URL("../../.venvs/kubernetes", import.meta.url));
const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
const packages = join(folder, "node_modules", "kubernetes-models");

/** Installs schema and types of the API, 33 MB. @returns Why it cannot. */
function whyNoSchema(): string | undefined {
  if (existsSync(packages)) return undefined;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"private":true,"type":"module"}');
  const { status, stderr } = spawnSync("npm", ["install", "--ignore-scripts", "--silent", "kubernetes-models@5.1.0"], {
    cwd: folder,
    encoding: "utf8",
  });
  return status === 0 ? undefined : `npm could not install kubernetes-models: ${stderr.slice(-300)}`;
}

const reason = whyNoSchema();

test.skipIf(reason !== undefined)(
  `the Job is one by Kubernetes' own schema and types${reason === undefined ? "" : ` (${reason})`}`,
  async () => {
    const text = kubernetes.script({ out: "/runs/big", shards: 64, program: ["sysgen"], model: "M", baseUrls: [], codes: exitCodes });
    const { Job } = createRequire(import.meta.url)(join(packages, "batch", "v1", "index.js")) as {
      Job: new (job: unknown) => { validate(): void };
    };
    new Job(parse(text)).validate();
    expect(() => new Job(parse(text.replace("completions: 64", "completions: many"))).validate()).toThrow("must be integer");
    // The schema lets unknown keys pass, and the types do not.
    const typed = (yaml: string): string => {
      const path = join(folder, "job.ts");
      writeFileSync(
        path,
        `import type { IJob } from "kubernetes-models/batch/v1";\nexport const job: IJob = ${JSON.stringify(parse(yaml))};\n`,
      );
      return spawnSync(tsc, ["--ignoreConfig", "--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", path], {
        cwd: folder,
        encoding: "utf8",
      }).stdout;
    };
    expect(typed(text)).toBe("");
    expect(typed(text.replace("backoffLimitPerIndex", "backoffLimitOfIndex"))).toContain("backoffLimitOfIndex");
  },
);
