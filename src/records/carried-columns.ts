type Columns = Readonly<Record<string, unknown>>;

/**
 * The columns of a new layout (`own`) together with a row's other columns (`carried`). A carried
 * column whose name is taken becomes `original_<name>`. If that is taken too, it becomes
 * `original_original_<name>` and so on.
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
