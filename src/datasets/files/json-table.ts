/**
 * The rows of a table that is one JSON object. Its columns are lists of the same length, or
 * pandas' objects by row number, its `split` layout of `columns` and `data`, or its objects by row.
 * Undefined for an object that is no table.
 */
export function tableRows(value: unknown): readonly Row[] | undefined {
  if (!isObject(value)) return undefined;
  return splitRows(value) ?? columnRows(value) ?? indexRows(value);
}

type Row = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function splitRows({ columns, data }: Row): Row[] | undefined {
  if (!Array.isArray(columns) || !Array.isArray(data) || !columns.every((name) => typeof name === "string")) return undefined;
  return data.map((cells: unknown) =>
    rowOf(columns.map((name, at): [string, unknown] => [name, Array.isArray(cells) ? (cells[at] as unknown) : undefined])),
  );
}

function columnRows(table: Row): Row[] | undefined {
  const columns = Object.entries(table);
  const [[, first] = ["", undefined]] = columns;
  if (columns.length < 2) return undefined;
  if (Array.isArray(first)) {
    if (!columns.every(([, column]) => Array.isArray(column) && column.length === first.length)) return undefined;
    return first.map((_, at) =>
      rowOf(columns.map(([name, column]) => [name, Array.isArray(column) ? (column[at] as unknown) : undefined])),
    );
  }
  if (!isObject(first)) return undefined;
  const places = Object.keys(first);
  if (!places.every((place) => /^\d+$/.test(place))) return undefined;
  if (!columns.every(([, column]) => isObject(column) && Object.keys(column).length === places.length)) return undefined;
  return places.map((place) => rowOf(columns.map(([name, column]) => [name, isObject(column) ? column[place] : undefined])));
}

/** `{"0": {"a": 1}, "1": {"a": 2}}` */
function indexRows(table: Row): Row[] | undefined {
  const entries = Object.entries(table);
  if (entries.length === 0 || !entries.every(([place]) => /^\d+$/.test(place))) return undefined;
  const rows = entries.map(([, row]) => row);
  return rows.every(isObject) ? rows : undefined;
}

function rowOf(cells: readonly [string, unknown][]): Row {
  return Object.fromEntries(cells);
}
