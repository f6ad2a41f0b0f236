import { Option } from "commander";
import { number } from "./run-options.ts";

const what = "make calls through the server's batch API, at half the price with most providers (docs/batch.md)";

/** Which calls go into batches. */
export function batchOption(
  values = "all calls, or those of phases such as generate,respond, or file: files that vllm run-batch answers",
): Option {
  return new Option("--batch [what]", `${what}: ${values}`);
}

/** Options of commands that send batches. */
export function batchFlags(batch: Option): Option[] {
  return [
    batch,
    new Option("--no-wait", "take what is ready, send what is next, and end with exit code 4 while batches are open: for cron"),
    new Option(
      "--batch-least <n>",
      "when fewer calls than this are left and no batch is open, make them online at full price (default: 200; 0 with file)",
    ).argParser(number),
  ];
}
