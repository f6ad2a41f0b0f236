import { SysGenError } from "../../errors.ts";
import type { Backend } from "../backend.ts";
import type { ModelChoice } from "../model-choice.ts";
import { ownModel, type OwnModel } from "./own-model.ts";

const likelyCalls = 32;

/** Models of the user's own, which a program hands over as objects. */
export const ownModels: Backend = {
  name: "own",
  serves: ({ own }) => own !== undefined,
  identify: async (choice) => ({ name: modelOf(choice).name, outputForm: "tagged", questionsAtOnce: "one" }),
  // The form of the replies is up to the model's author.
  constraints: [],
  likelyConcurrency: ({ concurrency = likelyCalls }) => concurrency,
  open: async (choice) => {
    const own = modelOf(choice);
    // With an address the pool finds out how many calls at once the model takes.
    return [{ address: own.name, model: ownModel(own, choice.timeoutMs) }];
  },
};

function modelOf({ own, model }: ModelChoice): OwnModel {
  if (own === undefined) throw new SysGenError(`${model} is no model of one's own`);
  return own;
}
