import type { Config } from "../../config/config-schema.ts";
import type { Inspection } from "../../datasets/inspect.ts";

/** Keys of the config file that answer a question. */
export type Answers = Pick<
  Config,
  | "input"
  | "instructionColumn"
  | "responseColumn"
  | "model"
  | "baseUrl"
  | "apiKeyEnv"
  | "judgeModel"
  | "judgeBaseUrl"
  | "judgeApiKeyEnv"
  | "sample"
  | "out"
>;

/** Every question is answered, and what the data was found to hold. */
export interface Answered extends Answers {
  readonly input: string;
  readonly model: string;
  readonly out: string;
  readonly data: Inspection;
}
