import { harness } from "./harness/harness.ts";
import { serveFolder } from "./targets/served-folder.ts";
import type { EvaluateTools } from "./tools.ts";

/** The tools of `sysgen python install`, or of the Python that `--python` names. */
export const pythonTools: EvaluateTools = { serveFolder, harness };
