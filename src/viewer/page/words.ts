/** What a row or a response of the dataset is. */
export const originWords = { new: "written anew", original: "original kept" } as const;

/** What was done about what a gate found. */
const actionWords: Readonly<Record<string, string>> = {
  retried: "asked again",
  "kept-original": "original kept",
  dropped: "row dropped",
  "not-checked": "not checked",
};

export function actionText(action: string): string {
  return actionWords[action] ?? action;
}

/** Values of filters that are codes, in words. Other values speak for themselves. */
export function valueText(filter: string, value: string): string {
  if (filter === "responses") return value === "new" || value === "original" ? originWords[value] : value;
  if (filter === "action") return actionText(value);
  if (filter === "difference") return differenceText(value);
  if (filter !== "gate") return value;
  const [gate = "", action = ""] = value.split(": ", 2);
  return `${gate}: ${actionText(action)}`;
}

const differenceWords: Readonly<Record<string, string>> = {
  same: "same",
  text: "texts differ",
  outcome: "outcome differs",
  missing: "not there",
};

/** How a row differs from the one of the same id in the other run. */
export function differenceText(difference: string): string {
  return differenceWords[difference] ?? difference;
}
