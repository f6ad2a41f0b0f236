// The replies of the model server by phase and row. They have a realistic size, and the same
// request always gets the same reply.
const usage = { prompt_tokens: 900, completion_tokens: 60 };
const reply = (content) => JSON.stringify({ choices: [{ message: { role: "assistant", content }, finish_reason: "stop" }], usage });

export const phrases = [
  { tag: "Role", text: "You are a guide who knows about fact 100." },
  { tag: "Task", text: "Answer the question step by step." },
  { tag: "Style", text: "Be friendly and keep to the point." },
  { tag: "Format", text: "Write plain text, a few sentences long." },
];
/** Splits a reply at the number 100, which the row's number replaces. */
const around = (text) => reply(text).split("100");
const [generatedHead, generatedTail] = around(phrases.map(({ tag, text }) => `<<${tag}>>${text}<</${tag}>>`).join(" "));
const [responseHead, responseTail] = around(
  `On fact 100 there is this to say. ${"It is a sentence of some length, as a model would write it. ".repeat(10)}`,
);
const verdicts = Array.from({ length: 16 }, (_, count) => reply(Array.from({ length: count }, (_, i) => `${i + 1}: Good`).join("\n")));

/** The last bytes of a request show which phase it is of. */
const tailBytes = 400;
const rowMark = "Item ";
export const phaseNames = ["generate", "verify", "respond"];

/** Finds the phase and the row of a request without parsing it, and its reply. */
export function readRequest(body) {
  const tail = body.latin1Slice(Math.max(0, body.length - tailBytes));
  const at = body.lastIndexOf(rowMark) + rowMark.length;
  const row = Number.parseInt(body.latin1Slice(at, at + 10), 10);
  if (tail.includes("Write the system message in ")) return { phase: 0, row, text: `${generatedHead}${row}${generatedTail}` };
  const judged = tail.split(": Good or Bad").length - 1;
  if (judged > 0) return { phase: 1, row, text: verdicts[judged] };
  return { phase: 2, row, text: `${responseHead}${row}${responseTail}` };
}

/** One line of a dataset, about 800 bytes. */
export function rowLine(index) {
  const question = `${rowMark}${index}: what should one know about fact number ${index}, and how would one explain it to somebody who is new to it?`;
  const answer = `Step ${index} is to think, and then to write it down. `.repeat(13);
  return `${JSON.stringify({ id: `r${index}`, question, answer })}\n`;
}
