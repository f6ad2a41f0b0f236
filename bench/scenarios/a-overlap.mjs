import { againstFloor, byWindow, pairTable, ratioBar } from "./against-floor.mjs";

const load = { rows: 2_000, latency: { ms: 200 }, inFlight: 96 };

export const overlap = {
  id: "A",
  title: "overlap: 2,000 rows, 200 ms, 96 in flight",
  async run(bench) {
    const pairs = await againstFloor(bench, load);
    return { tables: [pairTable(pairs, load)], bars: [ratioBar(pairs, byWindow, 1.05)], data: pairs };
  },
};
