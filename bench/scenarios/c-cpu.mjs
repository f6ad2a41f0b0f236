import { againstFloor, byCpu, pairTable, ratioBar } from "./against-floor.mjs";

const load = { rows: 20_000, latency: { ms: 5 }, inFlight: 256 };

export const cpu = {
  id: "C",
  title: "CPU a call: 20,000 rows, 5 ms, 256 in flight",
  async run(bench) {
    const pairs = await againstFloor(bench, load);
    return { tables: [pairTable(pairs, load)], bars: [ratioBar(pairs, byCpu, 2)], data: pairs };
  },
};
