#!/usr/bin/env node
import { leastOpenFiles, openFilesLimit, tooFewFiles } from "../platform/open-files.ts";
import { exitCodes } from "./exit-codes.ts";
import { writeError } from "./terminal.ts";

// Node opens the files of imports side by side. Where it may open few, the imports themselves fail,
// so the limit is looked at before them.
const limit = openFilesLimit();
if (limit !== undefined && limit < leastOpenFiles) {
  writeError(`error: ${tooFewFiles(limit)}\n`);
  process.exitCode = exitCodes.usage;
} else await import("./program.ts");
