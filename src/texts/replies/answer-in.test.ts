import { describe, expect, test } from "vitest";
import { answerIn } from "./answer-in.ts";
import { foreignIn } from "./foreign-in.ts";

const answer = "The Loire.";
const read = (reply: string, known = "Name a river in France."): string => answerIn(reply, () => known);
const foreign = (text: string, known = "Name a river in France."): string | undefined =>
  foreignIn(text, (part) => known.toLowerCase().includes(part.toLowerCase()));

describe("reasoning is taken off", () => {
  test.each([
    ["think", `<think>secret</think>\n\n${answer}`],
    ["in capitals", `<THINK>\nsecret\n</THINK>\n${answer}`],
    ["thinking", `<thinking>secret</thinking>\n${answer}`],
    ["thought", `<thought>secret</thought>${answer}`],
    ["reasoning, with an attribute", `<reasoning effort="high">secret</reasoning>\n${answer}`],
    ["reflection", `<reflection>secret</reflection>\n${answer}`],
    ["scratchpad", `<scratchpad>secret</scratchpad>\n${answer}`],
    ["Seed", `<seed:think>secret<seed:cot_budget_reflect>120 tokens</seed:cot_budget_reflect>more secret</seed:think>${answer}`],
    ["Magistral", `[THINK]secret[/THINK]${answer}`],
    ["Kimi", `◁think▷secret◁/think▷${answer}`],
    ["OpenThinker", `<|begin_of_thought|>secret<|end_of_thought|>\n\n<|begin_of_solution|>${answer}<|end_of_solution|>`],
    ["Cohere", `<|START_THINKING|>secret<|END_THINKING|><|START_RESPONSE|>${answer}<|END_RESPONSE|><|END_OF_TURN_TOKEN|>`],
    ["Apertus", `<|inner_prefix|>secret<|inner_suffix|>${answer}`],
    ["Pangu", `[unused16]secret[unused17]${answer}[unused10]`],
    ["MedGemma", `<unused94>thought\nsecret<unused95>${answer}`],
    ["Gemma 4", `<|channel>thought\nsecret<channel|>${answer}<turn|>`],
    ["Gemma 4, empty", `<|channel>thought\n<channel|>${answer}`],
    ["Open WebUI", `<details type="reasoning" done="true">\n<summary>Thought for 3 s</summary>\nsecret\n</details>\n${answer}`],
    ["Ollama's terminal", `Thinking...\nsecret\n...done thinking.\n\n${answer}`],
    ["several blocks", `<think>secret</think>\n<think>secret</think>\n${answer}`],
    ["blocks of different dress", `<think>secret</think>\n<reflection>secret</reflection>\n${answer}`],
    ["nested blocks", `<think>secret <think>secret</think> secret</think>\n${answer}`],
    ["nested blocks of different dress", `<thinking>secret <reflection>secret</reflection> secret</thinking>\n${answer}`],
    ["a block that names its own mark", `<think>It is about the <think> tag.</think>\n${answer}`],
    ["a block that speaks of its end", `<think>What does the </think> tag do? secret\n</think>\n${answer}`],
    ["a block closed by another mark", `<think>secret</thinking>\n${answer}`],
    ["code in the block", `<think>\n\`\`\`py\nx = "</think>"\n\`\`\`\nsecret\n</think>\n${answer}`],
    ["an open fence in the block", `<think>\n\`\`\`py\nsecret\n</think>\n\n${answer}`],
    ["a closing mark alone", `secret\n</think>\n\n${answer}`],
    ["a closing mark alone, glued", `secret secret.</think>${answer}`],
    ["two closing marks", `secret</think>secret</think>${answer}`],
    ["a closing mark of another dress alone", `secret\n[/THINK]\n${answer}`],
    ["Harmony", `<|channel|>analysis<|message|>secret<|end|><|start|>assistant<|channel|>final<|message|>${answer}<|return|>`],
    [
      "Harmony with its first token",
      `<|start|>assistant<|channel|>analysis<|message|>secret<|end|><|start|>assistant<|channel|>final <|message|>${answer}`,
    ],
    [
      "Harmony of three channels",
      `<|channel|>analysis<|message|>secret<|end|><|start|>assistant<|channel|>commentary<|message|>secret<|end|><|start|>assistant<|channel|>final<|constrain|>text<|message|>${answer}<|end|><|start|>user<|message|>secret`,
    ],
    ["Harmony's final alone", `<|channel|>final<|message|>${answer}`],
    ["Harmony's tokens lost", `analysisThe user asks. secret.assistantfinal${answer}`],
    ["Harmony's tokens lost, with commentary", `analysisWe secret.assistantcommentarysecret assistantfinal${answer}`],
    ["Harmony's tokens lost, lines kept", `analysis\nsecret\nassistant\nfinal\n${answer}`],
    ["Harmony's final alone, tokens lost", `assistantfinal${answer}`],
    ["an answer between tags", `<think>secret</think>\n<answer>\n${answer}\n</answer>`],
  ])("%s", (_name, reply) => expect(read(reply)).toBe(answer));

  test.each([
    ["unclosed", "<think>secret"],
    ["unclosed, of another dress", "[THINK]secret, and The Loire."],
    ["nothing behind it", "<|channel|>analysis<|message|>secret<|end|>"],
    ["cut short", "<|channel|>analysis<|message|>secret"],
    ["commentary alone", "<|channel|>commentary<|message|>secret"],
    ["only reasoning", "<thinking>secret</thinking>"],
  ])("%s is no answer", (_name, reply) => expect(read(reply)).toBe(""));

  test("a block behind a preamble or between paragraphs", () => {
    expect(read(`Sure.\n<think>secret</think>\n${answer}`)).toBe(`Sure.\n\n${answer}`);
    expect(read(`Okay, a river. <think>secret</think>\n${answer}`)).toBe(`Okay, a river.\n\n${answer}`);
    expect(read(`Let me think about it:\n<THINKING>\nsecret\n</THINKING>\n${answer}`)).toBe(`Let me think about it:\n\n${answer}`);
    expect(read(`Sure.\n\n[THINK]secret[/THINK]\n\nYes.\n\n[THINK]secret[/THINK]\n${answer}`)).toBe(`Sure.\n\nYes.\n\n${answer}`);
    expect(read(`First.\n\n<thinking>\nsecret\n</thinking>\n\n${answer}`)).toBe(`First.\n\n${answer}`);
  });

  test("the first line's indentation stays", () => {
    expect(read("<think>secret</think>\n\n    return x\n")).toBe("    return x\n");
    expect(read("secret\n</think>\n\n    return x")).toBe("    return x");
  });
});

describe("text stays byte for byte", () => {
  const asked = "What do <think> and </think> do?";
  test.each([
    ["a mark in a code span", "The `</think>` tag closes the reasoning block. What comes after it is the answer."],
    ["a pair in code spans", "Reasoning stands between `<think>` and `</think>`."],
    ["a mark in prose", "The </think> tag closes the reasoning block."],
    ["a mark in prose, at its end", "Reasoning ends with </think>, and the answer follows. It begins with <think>."],
    ["a pair in prose", "Write <think>your reasoning</think> and then the answer."],
    ["a mark in quotes", 'Split at "</think>" and take the last part.'],
    ["a block of code", 'Cut it:\n\n```python\ntext.split("</think>")[-1]\n```\n\nThat is all.'],
    ["an example in a block of code", "So:\n\n```\n<think>\nplan\n</think>\nanswer\n```"],
    ["code of other languages", "std::vector<int> x; a <| b |> c; if (a < think) {}"],
    ["a link", "[thinking](https://example.org) fast"],
    ["HTML", "<s>old</s> new, and <s>older</s>"],
    ["details", "<details><summary>More</summary>text</details>"],
    ["camel case", "finalScore = analysisResult(1)"],
    ["a word", "analysis of the data shows that it is so"],
    ["a token in code", "ChatML ends a turn with `<|im_end|>`"],
  ])("%s", (_name, text) => {
    expect(read(text)).toBe(text);
    expect(foreign(text)).toBeUndefined();
  });

  test.each([
    ["an example without a fence", "A reply looks like this:\n\n<think>\nplan\n</think>\nanswer"],
    ["a list of marks", "The marks are:\n<think> opens it\n</think> closes it."],
    ["the marks in a sentence", "<think> opens the reasoning and </think> closes it."],
  ])("%s, where the prompt speaks of the mark", (_name, text) => {
    expect(read(text, asked)).toBe(text);
    expect(foreign(text, asked)).toBeUndefined();
    expect(foreign(read(text))).toBeDefined();
  });

  test("a form that the prompt asks for", () => {
    const text = "<reasoning>\nIt is long.\n</reasoning>\n<answer>\nThe Loire.\n</answer>";
    const prompt = "Reply as <reasoning>...</reasoning><answer>...</answer>.";
    expect(read(text, prompt)).toBe(text);
    expect(foreign(text, prompt)).toBeUndefined();
  });

  test("an answer about a mark, behind reasoning", () => {
    const spoken = "The </think> tag ends it:\n\n<think>\nplan\n</think>\nanswer";
    expect(read(`<think>secret</think>\n\n${spoken}`, asked)).toBe(spoken);
    expect(read(`secret\n</think>\n\n${spoken}`, asked)).toBe(spoken);
  });
});

describe("tokens at both ends are taken off", () => {
  test.each([
    "<|end|>", "<|eom_id|>", "<|eot_id|>", "<｜end▁of▁sentence｜>", "<|END_OF_TURN_TOKEN|>", "</s>", "</s></s>\n</s>", "<|im_end|>", "<end_of_turn>",
    "<|endoftext|>", "[/INST]", "<|user|>", "<eos>", "<|EOT|>", "<end_of_utterance>", "[end of text]", "[|endofturn|]", "<turn|>",
    "<|im_end|>\n<|endoftext|>", "\n</s></s>", "<|eot_id|><|start_header_id|>",
  ])("%j", (token) => expect(read(`${answer}${token}`)).toBe(answer)); // prettier-ignore

  test.each([
    "<|start_header_id|>assistant<|end_header_id|>\n\n", "<|im_start|>assistant\n", "<start_of_turn>model\n", "<|assistant|>\n", "<s> ", "<s><|assistant|>",
    "[/INST] ", "<｜Assistant｜>", "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>", "Assistant: ", "**Assistant:** ", "### Response:\n", "assistant\n\n", "### Assistant:\n",
  ])("%j", (header) => expect(read(`${header}${answer}`)).toBe(answer)); // prettier-ignore

  test("one pair around the whole", () => expect(read(`<s> ${answer}</s>`)).toBe(answer));

  test.each([
    ["a token that a sentence ends with", "ChatML ends a turn with <|im_end|>"],
    ["the token that was asked for", "<|im_end|>"],
    ["a dialogue", "Assistant: Hello.\nUser: Hi."],
  ])("%s stays", (_name, text) => {
    const known = `Which token ends it? ${text}`;
    expect(read(text, known)).toBe(text);
    expect(foreign(text, known)).toBeUndefined();
  });
});

test.each([
  ["a token inside", "The Loire.<|im_end|>\n<|im_start|>user\nAnd in Spain?"],
  ["another's turn", "The Loire.\n<|user|>\nAnd in Spain?"],
  ["DeepSeek's", "The Loire.<｜end▁of▁sentence｜>And more."],
  ["an unclosed block behind a preamble", "Sure.\n<think>\nsecret"],
  ["a mark that may be used", "Sure <think>Hm.</think> The Loire."],
  ["a channel whose end is lost", "analysisThe user wants a river."],
  ["a channel without its token", "finalThe Loire."],
  ["Gemma's channel", "thought\nThe user wants a river."],
])("%s is told of", (_name, text) => expect(foreign(read(text))).toBeDefined());

test("a long reply of marks is read in a moment", () => {
  for (const unit of [
    "</s>",
    "<s>",
    "<think></think>",
    "x\n<think>a</think>\n",
    "<",
    "<think>",
    "</think>",
    "`<think>",
    "<|",
    "[",
    "<think>\n",
    "a</think> ",
  ])
    read(unit.repeat(20_000 / unit.length));
});
