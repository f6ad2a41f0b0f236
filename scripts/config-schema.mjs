// Writes config-schema.json from the schema that the built program reads config files by.

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { configJsonSchema } from "../dist/config/json-schema.js";

const path = fileURLToPath(new URL("../config-schema.json", import.meta.url));
writeFileSync(path, `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
