// Writes sbom.cdx.json, the software bill of materials of what a user of sysgen runs, in CycloneDX.
// npm makes it from the lock file. It is given copies of package.json and of the lock file without
// what only developers need, because `--omit dev` also leaves out packages that both need. They are
// also without the overrides, which npm takes for a fault. These stand for packages that are never
// loaded.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const json = (name) => JSON.parse(readFileSync(join(root, name), "utf8"));

const { overrides: _stubs, devDependencies: _dev, ...manifest } = json("package.json");
const { packages, ...lock } = json("package-lock.json");
const { "": own, ...installed } = packages;
const kept = Object.entries(installed).filter(([path, { link, dev }]) => !link && !dev && !path.endsWith("/stubs/empty"));

const temporary = mkdtempSync(join(tmpdir(), "sysgen-sbom-"));
// npm gives the bill the folder's name.
const folder = join(temporary, manifest.name);
try {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  const locked = { "": { ...own, devDependencies: undefined }, ...Object.fromEntries(kept) };
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ ...lock, packages: locked }));
  // npm names its own program in this variable to whatever `npm run` starts.
  const npm = process.env.npm_execpath;
  const [program, ...first] = npm ? [process.execPath, npm] : ["npm"];
  const args = [...first, "sbom", "--package-lock-only", "--sbom-format", "cyclonedx"];
  const sbom = execFileSync(program, args, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] });
  writeFileSync(join(root, "sbom.cdx.json"), sbom);
  console.log(`sbom.cdx.json: ${JSON.parse(sbom).components.length} components`);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
