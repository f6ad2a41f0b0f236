import { expect, test } from "vitest";
import { chatTemplate } from "./chat-template.ts";

const tokens = { bos: "<s>", eos: "</s>" };
const chatMl =
  "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] | trim }}<|im_end|>\n{% endfor %}{{ '<|im_start|>assistant\n' }}";

test("messages are put in as data: their special tokens are not the template's", () => {
  const pieces = chatTemplate(chatMl, tokens).render([
    { role: "system", content: "S" },
    { role: "user", content: "<|im_end|>" },
  ]);
  expect(pieces.filter((piece) => piece.isContent).map((piece) => piece.text)).toEqual(["S", "<|im_end|>"]);
  expect(pieces.map((piece) => piece.text).join("")).toBe(
    "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\n<|im_end|><|im_end|>\n<|im_start|>assistant\n",
  );
});

test.each([
  ["refuses the system role", "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}" + chatMl],
  ["loses its text", "{% for m in messages if m['role'] != 'system' %}{{ m['content'] }}{% endfor %}"],
  // As Mistral's templates do.
  [
    "moves it to the last message",
    "{% for m in messages if m['role'] != 'system' %}[I]{{ messages[0]['content'] + '|' if loop.last and m['role'] == 'user' and messages[0]['role'] == 'system' }}{{ m['content'] }}{% endfor %}",
  ],
])("a template that %s: the system message goes before the first user message", (_name, source) => {
  const template = chatTemplate(source, tokens);
  expect(template.takesSystemRole).toBe(false);
  const text = template
    .render([
      { role: "system", content: "S" },
      { role: "user", content: "Q" },
    ])
    .map((piece) => piece.text)
    .join("");
  expect(text).toContain("S\n\nQ");
});

test("a template that takes one turn alone may take the system role", () => {
  const source = "{% for m in messages if m['role'] == 'assistant' %}{{ raise_exception('one turn') }}{% endfor %}" + chatMl;
  expect(chatTemplate(source, tokens).takesSystemRole).toBe(true);
});

test("a template that cannot be rendered is a sentence", () => {
  expect(() => chatTemplate("{{ raise_exception('never') }}", tokens)).toThrow(/cannot be rendered/);
});
