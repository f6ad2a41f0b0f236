import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ByteWriter, parquetWrite } from "hyparquet-writer";
import { trainers } from "../../dist/exports/trainers/index.js";

const message = (role, content, extra = {}) => ({ role, content, ...extra });
const call = (name, args) => ({ id: `call_${name}`, type: "function", function: { name, arguments: args } });
const tool = (name, properties) => ({
  type: "function",
  function: { name, description: name, parameters: { type: "object", properties } },
});

const plain = (index) => ({
  messages: [
    message("system", `You are helper ${index}. Say "yes"; never say: no.\nUse 한국어 and café.`),
    message("user", `Question ${index}?`),
    message("assistant", `Answer ${index}.`),
  ],
});
const turns = {
  messages: [message("user", "First?"), message("assistant", "One."), message("user", "Second?"), message("assistant", "Two.")],
};
const calling = [
  {
    messages: [
      message("system", "Use tools."),
      message("user", "Weather in Seoul?"),
      message("assistant", "", { tool_calls: [call("weather", { city: "Seoul" })] }),
      message("tool", "sunny", { tool_call_id: "call_weather" }),
      message("assistant", "It is sunny."),
    ],
    tools: [tool("weather", { city: { type: "string" } })],
  },
  {
    messages: [
      message("user", "2 + 3?"),
      message("assistant", "", { tool_calls: [call("add", { a: 2, b: [3] })] }),
      message("tool", "5", { tool_call_id: "call_add" }),
      message("assistant", "5"),
    ],
    tools: [tool("add", { a: { type: "integer" }, b: { type: "array", items: { type: "integer" } } })],
  },
];

/** The row in a trainer's layout, as `sysgen export` writes it. */
function layOut({ messages, tools }, format, { jsonText, extraColumns, pairs: pairLayout }, hasTools) {
  // Readers that take the column by its name need it in each file.
  const none = hasTools && extraColumns ? { tools: null } : {};
  const list = tools === undefined ? none : { tools: jsonText.tools ? JSON.stringify(tools) : tools };
  const argumentsOf = (value) => (jsonText.arguments ? JSON.stringify(value) : value);
  const chat = messages.map(({ tool_calls, ...rest }) =>
    tool_calls === undefined
      ? rest
      : {
          ...rest,
          tool_calls: tool_calls.map((one) => ({ ...one, function: { ...one.function, arguments: argumentsOf(one.function.arguments) } })),
        },
  );
  if (format === "preference") return { ...laidOutPair(messages, chat, pairLayout), ...list };
  if (format === "messages") return { messages: chat, ...list };
  if (format === "prompt-completion") return { prompt: chat.slice(0, -1), completion: chat.slice(-1), ...list };
  if (format === "sharegpt") {
    const names = { system: "system", user: "human", assistant: "gpt", tool: "observation" };
    const conversations = messages.map(({ role, content, tool_calls }) =>
      tool_calls === undefined
        ? { from: names[role], value: content }
        : {
            from: "function_call",
            value: JSON.stringify(tool_calls.map((one) => ({ name: one.function.name, arguments: one.function.arguments }))),
          },
    );
    return { conversations, ...list };
  }
  const [system, rest] = messages[0].role === "system" ? [messages[0].content, messages.slice(1)] : ["", messages];
  const pairs = Array.from({ length: rest.length / 2 }, (_, index) => [rest[2 * index].content, rest[2 * index + 1].content]);
  const [instruction, output] = pairs.at(-1);
  return { instruction, input: "", output, system, history: pairs.slice(0, -1) };
}

/** A pair, whose rejected response is longer. */
function laidOutPair(messages, chat, pairs) {
  const worse = `Well. ${chat.at(-1).content}`;
  if (pairs === "messages") return { prompt: chat.slice(0, -1), chosen: chat.slice(-1), rejected: [{ ...chat.at(-1), content: worse }] };
  const names = { system: "system", user: "human", assistant: "gpt" };
  const conversations = messages.slice(0, -1).map(({ role, content }) => ({ from: names[role], value: content }));
  const side = (value) => ({ from: "gpt", value });
  return { conversations, chosen: side(chat.at(-1).content), rejected: side(worse) };
}

/**
 * Writes an export of every trainer and format, with and without validation and tools. Returns the
 * trainer and the folder of each export.
 */
export async function writeFixtures(root) {
  const cases = [{ trainer: "parquet", folder: await writeParquet(join(root, "parquet")) }];
  for (const trainer of trainers) {
    for (const format of trainer.formats) {
      for (const whole of [true, false]) {
        const folder = join(root, trainer.name, `${format}-${whole ? "validation" : "train"}`);
        mkdirSync(folder, { recursive: true });
        const hasTools = whole && trainer.toolFormats.includes(format);
        const rows = [...Array.from({ length: 9 }, (_, index) => plain(index)), turns, ...(hasTools ? calling : [])];
        const sides = { train: rows, ...(whole ? { validation: [plain(10), turns] } : {}) };
        const splits = Object.entries(sides).map(([name, side]) => {
          const file = `${name}${trainer.ending}`;
          const lines = side.map((row) => ({
            ...layOut(row, format, trainer, hasTools),
            ...(trainer.extraColumns ? { id: "7", tags: ["role"] } : {}),
          }));
          writeFileSync(join(folder, file), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
          return { name, file, rows: side.length };
        });
        const facts = { datasetName: "my set", format, splits, hasTools, hasSystem: true, multiTurn: true };
        for (const { path, text } of trainer.configFiles(facts)) writeFileSync(join(folder, path), text);
        writeFileSync(join(folder, "README.md"), trainer.readme(facts));
        cases.push({ trainer: trainer.name, folder });
      }
    }
  }
  return cases;
}

/**
 * Writes `messages` as a list of structs. Readers of Parquet take such a column for a conversation.
 */
async function writeParquet(folder) {
  mkdirSync(folder, { recursive: true });
  const writer = new ByteWriter();
  const rows = [plain(1), turns];
  const text = { type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" };
  await parquetWrite({
    writer,
    columnData: [{ name: "messages", data: rows.map(({ messages }) => messages) }],
    schema: [
      { name: "root", num_children: 1 },
      { name: "messages", repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST" },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      { name: "element", repetition_type: "OPTIONAL", num_children: 2 },
      { name: "role", ...text },
      { name: "content", ...text },
    ],
  });
  writeFileSync(join(folder, "train.parquet"), new Uint8Array(writer.getBuffer()));
  return folder;
}
