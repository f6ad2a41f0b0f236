import { z } from "zod";

/** A text of the user's own. `path` is where it was read, undefined for text from the library. */
export const textFileSchema = z.object({ path: z.string().optional(), text: z.string() });
export type TextFile = Readonly<z.infer<typeof textFileSchema>>;

/** What a config may say of a text of the user's own: the path of a file, or the text itself. */
export const textSourceSchema = z.union([z.string().min(1), z.strictObject({ text: z.string() })], "expected the path of a file");
export type TextSource = Readonly<z.infer<typeof textSourceSchema>> | string;
