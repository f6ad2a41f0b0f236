import type { ConfigInput } from "../config/config-schema.ts";
import { kebabKey } from "../config/yaml-file.ts";
import { UsageError } from "../errors.ts";

/**
 * Refuses options of calls for a merge that makes none.
 * @throws UsageError for the first one.
 */
export function refuseWithoutPay(given: ConfigInput): void {
  const idle = (["baseUrl", "judgeBaseUrl", "concurrency"] as const).find((key) => given[key] !== undefined);
  if (idle !== undefined)
    throw new UsageError(
      `--${kebabKey(idle)}: expected --pay with it, because a merge asks no model without it. Add --pay, or leave it out.`,
    );
}
