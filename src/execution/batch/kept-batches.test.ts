import { expect, test } from "vitest";
import { runInBatches as run } from "../../../test/fixtures/batch-run.ts";
import { startBatchServer } from "../../../test/fixtures/batch-server.ts";
import { wellBehaved } from "../../../test/fixtures/model-server.ts";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";

test.each([true, false])(
  "a refusal of a batch that is kept for unread replies is asked again by the next command (batch: %s)",
  async (batch) => {
    await using folder = await temporaryFolder();
    let refuses = true;
    await using server = await startBatchServer({
      batchMs: 600_000,
      serve: (call) =>
        refuses && JSON.stringify(call.body.messages).includes("number 0?")
          ? { status: 400, body: '{"error":{"message":"content policy"}}' }
          : wellBehaved(call),
    });
    await run(folder, server, 4, { wait: false });
    server.behaviour.batchMs = 0;
    const fewer = await run(folder, server, 4, { limit: 3 });
    expect(fewer).toMatchObject({ state: "finished", rows: { done: 2, failed: 1 } });
    expect(fewer.rejected).toMatchObject([{ phase: "generate", reason: "bad-request" }]);
    expect(fewer.notices.match(/Batch 1 brought 1 reply to calls/g)).toHaveLength(1);
    refuses = false;
    expect(await run(folder, server, 4, { limit: 3, batch })).toMatchObject({ state: "finished", rows: { done: 3, failed: 0 } });
    // The reply that was kept is taken once its row is there again.
    expect(await run(folder, server, 4, { batch })).toMatchObject({ state: "finished", rows: { done: 4 }, notices: "" });
    expect(server.paidTwice()).toBe(0);
  },
);
