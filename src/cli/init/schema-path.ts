import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** In the package, beside `src` and `dist`. */
const schema = fileURLToPath(new URL("../../../config-schema.json", import.meta.url));

/**
 * Where an editor finds config-schema.json from a config file. It is a relative path if the package
 * is installed in the folder of the config file or in one above, so that it holds on every machine.
 * @param config Path of the config file.
 */
export function schemaPath(config: string, at = schema): string {
  const folder = dirname(resolve(config));
  const path = relative(folder, at);
  const project = dirname(at).split(`${sep}node_modules${sep}`)[0] ?? "";
  const isInside = !isAbsolute(path) && `${folder}${sep}`.startsWith(`${project}${sep}`);
  return isInside ? path.replaceAll(sep, "/") : pathToFileURL(at).href;
}
