import { createServer } from "node:http";
import { renderTagged } from "../../dist/index.js";

/**
 * Starts a chat-completions endpoint on loopback that plays a generator of labelled rows. Asked for
 * a system message, it replies with the row's labelled phrases under their own tags. Asked for a
 * response, it replies with the row's own response. So a run over these rows judges the labelled
 * phrases, and pays a model only for judging.
 */
export async function openLabelServer(labels) {
  const replyTo = replyOf(labels);
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const content = replyTo(JSON.parse(Buffer.concat(chunks).toString()).messages);
      const usage = { prompt_tokens: 0, completion_tokens: 0 };
      response.writeHead(content === undefined ? 500 : 200, { "content-type": "application/json" });
      response.end(
        JSON.stringify(
          content === undefined
            ? { error: { message: "no labelled row is in this prompt" } }
            : { choices: [{ message: { role: "assistant", content }, finish_reason: "stop" }], usage },
        ),
      );
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/v1`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Prompts hold instructions with special tokens broken up and blanks trimmed. */
const plain = (text) => text.replaceAll(/[\s\u200b]+/g, "");

/**
 * Returns a function that finds the reply to a prompt. A prompt whose last turn is an instruction
 * asks for its response. Any other asks for the message of the row whose instruction it holds.
 * Undefined if it holds none.
 */
export function replyOf(labels) {
  const rows = labels
    .map((row) => ({ ...row, key: plain(row.instruction), message: renderTagged(row.phrases) }))
    // An instruction may be part of a longer one.
    .toSorted((a, b) => b.key.length - a.key.length);
  return (messages) => {
    const last = plain(messages.at(-1).content);
    const asked = rows.find(({ key }) => key === last);
    return asked === undefined ? rows.find(({ key }) => last.includes(key))?.message : asked.response;
  };
}
