import type { Sqlite } from "./database.ts";

/**
 * Inserts rows into a table, all with one statement: binding values one by one costs several times what the insertion itself does.
 * @returns What inserts rows given as JSON, an array of arrays of values.
 * @param how What to do about a row whose key is there already.
 */
export function insertMany(database: Sqlite, table: string, columns: number, how: "IGNORE" | "REPLACE"): (rows: string) => void {
  const values = Array.from({ length: columns }, (_, index) => `value ->> ${index}`).join(", ");
  const statement = database.prepare(`INSERT OR ${how} INTO ${table} SELECT ${values} FROM json_each(?)`);
  return (rows) => void statement.run(rows);
}
