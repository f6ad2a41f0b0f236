import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { configSchema } from "../src/config/config-schema.ts";
import { startModelServer } from "./fixtures/model-server.ts";
import { sysgen, temporaryFolder } from "./fixtures/sysgen.ts";

// The commands of docs/tutorial.md up to the training, which needs Python packages of several
// gigabytes. What the training's command names is looked for in the folder that is exported.

const docs = new URL("../docs/", import.meta.url);
const page = await readFile(new URL("tutorial.md", docs), "utf8");
const blocks = [...page.matchAll(/^```(\w*)\n([^]*?)^```$/gm)];
const blocksOf = (language: string): string[] => blocks.filter((block) => block[1] === language).map(([, , text = ""]) => text);
const commands = blocksOf("sh").flatMap((block) => [...block.matchAll(/^npx sysgen (.*)$/gm)].map(([, rest = ""]) => rest));

test("each command and option of the tutorial is one of the program's", async () => {
  const help = await readFile(new URL("cli.md", docs), "utf8");
  expect(commands.length).toBeGreaterThan(8);
  for (const line of commands) {
    const [name = "", ...words] = line.split(" ");
    const section = new RegExp(`^## sysgen ${name}\n[^]*?(?=^## )`, "m").exec(help)?.[0] ?? "";
    expect(section, name).not.toBe("");
    for (const word of words.filter((each) => each.startsWith("--"))) expect(section, line).toContain(`${word} `);
  }
});

test("the tutorial's settings are keys of the config file", () => {
  const [settings = ""] = blocksOf("yaml");
  expect(configSchema.parse(parse(settings))).toMatchObject({ generate: { guidance: expect.stringContaining("kettle") } });
});

test("the tutorial's rows become a folder that the tutorial's training takes", async () => {
  await using server = await startModelServer();
  await using folder = await temporaryFolder();
  const [rows = ""] = blocksOf("csv");
  await folder.file("faq.csv", rows);
  /** Runs the first command of the page that begins so, on the local server. */
  async function command(beginning: string): Promise<string> {
    const line = commands.find((each) => each.startsWith(beginning)) ?? "";
    const args = line.replace("http://gpu1:8000/v1", server.url).split(" ");
    const { code, stdout, stderr } = await sysgen(args, { cwd: folder.path });
    expect(code, stderr).toBe(0);
    return stdout;
  }
  const [inspected = "never"] = blocksOf("");
  expect(await command("inspect")).toContain(inspected);
  await command("init");
  expect(await command("run")).toContain("6 written anew");
  await command("export");

  const exported = join(folder.path, "out", "trl");
  expect(await readdir(exported)).toEqual(expect.arrayContaining(["README.md", "sft.yaml", "train.jsonl"]));
  const readme = await readFile(join(exported, "README.md"), "utf8");
  const training = 'trl sft --config sft.yaml --dataset_name "$PWD"';
  expect(readme).toContain(training);
  expect(page.split(`${training} \\`)).toHaveLength(3);
  const config = z.record(z.string(), z.unknown()).parse(parse(await readFile(join(exported, "sft.yaml"), "utf8")));
  expect(Object.keys(config)).toEqual(expect.arrayContaining(["model_name_or_path", "learning_rate", "output_dir"]));
  const row = z.object({ prompt: z.array(z.object({ role: z.string() })) });
  const [line = ""] = (await readFile(join(exported, "train.jsonl"), "utf8")).split("\n");
  expect(row.parse(JSON.parse(line)).prompt.map(({ role }) => role)).toEqual(["system", "user"]);
});
