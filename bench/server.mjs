// A model server that answers at once, in a process of its own, so that what is measured is the client.
import { createServer } from "node:http";

const reply = (text) =>
  JSON.stringify({
    choices: [{ message: { role: "assistant", content: text }, finish_reason: "stop" }],
    usage: { prompt_tokens: 900, completion_tokens: 60 },
  });
const generated = reply(
  "<<Role>>You are a guide.<</Role>> <<Task>>Answer the question.<</Task>> <<Style>>Be friendly.<</Style>> <<Format>>Plain text.<</Format>>",
);
const response = reply("A response of some length, as a model would write it, with a few sentences. ".repeat(8));

const server = createServer((request, answer) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const { messages } = JSON.parse(Buffer.concat(chunks));
    const last = messages.at(-1).content;
    const asked = [...last.matchAll(/^(\d+): Good or Bad$/gm)];
    const body = last.endsWith("Write the system message.")
      ? generated
      : asked.length > 0
        ? reply(asked.map(([, number]) => `${number}: Good`).join("\n"))
        : response;
    answer.writeHead(200, { "content-type": "application/json" }).end(body);
  });
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
