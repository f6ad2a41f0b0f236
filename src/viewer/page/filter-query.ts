/** The filter with `value` added to those of `name`, or removed when it is among them. */
export function toggled(query: string, name: string, value: string): string {
  const all = new URLSearchParams(query);
  const values = all.getAll(name);
  all.delete(name);
  const next = values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
  for (const each of next) all.append(name, each);
  return all.toString();
}

/** The filter with one value for a name. An empty value removes the name. */
export function withOnly(query: string, name: string, value: string): string {
  const all = new URLSearchParams(query);
  if (value === "") all.delete(name);
  else all.set(name, value);
  return all.toString();
}

export function valuesOf(query: string, name: string): string[] {
  return new URLSearchParams(query).getAll(name);
}

/** All pairs of name and value, without the order. */
export function activeFilters(query: string): [string, string][] {
  return [...new URLSearchParams(query)].filter(([name]) => name !== "order");
}

/** The query without its filters. Only the order of the rows stays. */
export function withoutFilters(query: string): string {
  return withOnly("", "order", new URLSearchParams(query).get("order") ?? "");
}
