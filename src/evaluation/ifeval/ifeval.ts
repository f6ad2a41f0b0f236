import { createHash } from "node:crypto";
import { z } from "zod";
import type { Asker, Benchmark, DataSource, Scored, Walk } from "../benchmarks/benchmark.ts";
import { figuresOf, meanOf, type FigureParts } from "../benchmarks/figures.ts";
import { readFiles } from "../benchmarks/read-data.ts";
import { ifevalItems, shippedItems, shippedName, type IfevalItem, type Placement } from "./items.ts";
import { assetText } from "./reference/asset.ts";
import { scoreResponse } from "./scores.ts";

const detailSchema = z.object({
  response: z.string(),
  instructions: z.array(z.object({ id: z.string(), strict: z.boolean(), loose: z.boolean() })),
});
type Detail = z.infer<typeof detailSchema>;

/** S-IFEval (arXiv 2502.12197). The instructions stand in the system message. */
export const systemIfeval: Benchmark = ifevalOf("system", { name: "s-ifeval", title: "S-IFEval", source: "arXiv 2502.12197" });

/** IFEval (arXiv 2311.07911). The same instructions stand in the user's message. */
export const ifeval: Benchmark = ifevalOf("user", { name: "ifeval", title: "IFEval", source: "arXiv 2311.07911" });

interface IfevalData {
  readonly items: readonly IfevalItem[];
  readonly data: DataSource;
}

function ifevalOf(placement: Placement, about: Pick<Benchmark, "name" | "title" | "source">): Benchmark {
  return {
    ...about,
    checkedBy: "code",
    mainFigure: "prompt-strict",
    maxOutputTokens: 1_280,
    purposes: [],
    async load({ data: from, ...options }) {
      const { items, data } = from === undefined ? shipped(placement) : await readItems(from, placement, options);
      return {
        data,
        walks: items.map((item): Walk => ({ id: item.id, take: (ask) => takeItem(item, ask) })),
        figures: (scored, bootstrap) => figuresOf([...ifevalFigures(scored)], bootstrap),
      };
    },
  };
}

function shipped(placement: Placement): IfevalData {
  const sha256 = createHash("sha256").update(assetText(shippedName)).digest("hex");
  return { items: shippedItems(placement), data: { from: "the package", sha256, licence: "mit" } };
}

async function readItems(from: string, placement: Placement, options: Parameters<typeof readFiles>[1]): Promise<IfevalData> {
  const { files, data } = await readFiles(from, options);
  return { items: files.flatMap(({ name, rows }) => ifevalItems(rows, name, placement)), data };
}

async function takeItem(item: IfevalItem, ask: Asker): Promise<Scored> {
  const { text: response } = await ask.answer(item.messages);
  const { strict, loose, instructions } = scoreResponse(item, response);
  const share = (kind: "strict" | "loose"): number => instructions.filter((each) => each[kind]).length / instructions.length;
  const detail: Detail = { response, instructions: [...instructions] };
  return {
    id: item.id,
    scores: {
      "prompt-strict": Number(strict),
      "prompt-loose": Number(loose),
      "instruction-strict": share("strict"),
      "instruction-loose": share("loose"),
    },
    detail,
  };
}

/**
 * The four accuracies of IFEval (arXiv 2311.07911), and how often each kind of instruction was
 * followed. The instructions of a prompt stay together in the bootstrap.
 */
function* ifevalFigures(scored: readonly Scored[]): Generator<FigureParts> {
  const prompts = scored.map(({ detail }) => detailSchema.parse(detail).instructions);
  for (const kind of ["strict", "loose"] as const) {
    const about = { name: `prompt-${kind}`, title: `prompts, ${kind}`, unit: "share" } as const;
    yield meanOf(
      about,
      scored.map(({ scores }) => scores[`prompt-${kind}`]),
    );
    yield instructionFigure(`instruction-${kind}`, `instructions, ${kind}`, kind, prompts);
  }
  const ids = [...new Set(prompts.flat().map(({ id }) => id))].toSorted();
  for (const id of ids) {
    const ofId = prompts.map((instructions) => instructions.filter((each) => each.id === id));
    yield instructionFigure(`strict:${id}`, `${id.replace(/^.*:/, "").replaceAll("_", " ")}, strict`, "strict", ofId);
  }
}

function instructionFigure(name: string, title: string, kind: "strict" | "loose", prompts: readonly Detail["instructions"][]): FigureParts {
  return {
    name,
    title,
    unit: "share",
    above: prompts.map((instructions) => instructions.filter((each) => each[kind]).length),
    below: prompts.map((instructions) => instructions.length),
  };
}
