type Columns = Readonly<Record<string, unknown>>;

/**
 * A row's other columns beside those of a new layout. One whose name is taken is carried as `original_<name>`, or with more of that before
 * it until no column of either has the name.
 */
export function withCarried(own: Columns, carried: Columns): Columns {
  if (Object.keys(carried).length === 0) return own;
  const columns = new Map(Object.entries(own));
  const clashing: [string, unknown][] = [];
  for (const [name, value] of Object.entries(carried)) {
    if (columns.has(name)) clashing.push([name, value]);
    else columns.set(name, value);
  }
  for (const [name, value] of clashing) {
    let free = `original_${name}`;
    while (columns.has(free)) free = `original_${free}`;
    columns.set(free, value);
  }
  return Object.fromEntries(columns);
}
