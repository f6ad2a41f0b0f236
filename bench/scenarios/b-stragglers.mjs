import { againstFloor, byWindow, pairTable, ratioBar } from "./against-floor.mjs";

const load = { rows: 2_000, latency: { ms: 200, sigma: 0.6 }, inFlight: 96 };

export const stragglers = {
  id: "B",
  title: "stragglers: 2,000 rows, log-normal around 200 ms (sigma 0.6), 96 in flight",
  async run(bench) {
    const pairs = await againstFloor(bench, load);
    return { tables: [pairTable(pairs, load)], bars: [ratioBar(pairs, byWindow, 1.05)], data: pairs };
  },
};
