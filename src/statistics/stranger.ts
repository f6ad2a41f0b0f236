/**
 * Another item to compare an item with. It is the next stranger of the same group, else the next
 * one of all. Behind the last item the search goes on at the first.
 * @param options `isStranger` tells of an item and another whether the two can be compared.
 * @returns undefined if there is no stranger
 */
export function strangerOf<T>(
  items: readonly T[],
  place: number,
  { groupOf, isStranger }: { readonly groupOf: (item: T) => string; readonly isStranger: (item: T, other: T) => boolean },
): T | undefined {
  const [item] = items.slice(place);
  if (item === undefined) return undefined;
  const strangers = [...items.slice(place + 1), ...items.slice(0, place)].filter((other) => isStranger(item, other));
  return strangers.find((other) => groupOf(other) === groupOf(item)) ?? strangers[0];
}
