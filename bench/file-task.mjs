// Runs one task on a file in a process of its own. Reports the CPU time from after the imports, the
// rows, and the peak memory.
import { createReadStream, createWriteStream, readFileSync } from "node:fs";
import { finished } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { makeRows } from "./rows.mjs";

const [task, path, count] = process.argv.slice(2);
const ending = path.slice(path.indexOf(".", path.lastIndexOf("/")));
const load = async () => ({
  ours: await import("../dist/datasets/files/read-rows.js"),
  write: await import("../dist/datasets/files/write-rows.js"),
  dataset: await import("../dist/datasets/index.js"),
  Papa: (await import("papaparse")).default,
  parquet: await import("hyparquet"),
  compressors: (await import("hyparquet-compressors")).compressors,
  parquetWriter: await import("hyparquet-writer"),
  fzstd: await import("fzstd"),
  zstd: await import("@toondepauw/node-zstd"),
});
const libraries = await load();
const chunkBytes = 1 << 18;

/** Splits a file on newline bytes and parses each line with JSON.parse. */
async function readLines() {
  let rows = 0;
  let rest = Buffer.alloc(0);
  const take = (chunk) => {
    const bytes = rest.length ? Buffer.concat([rest, chunk]) : chunk;
    let from = 0;
    for (let to = bytes.indexOf(10); to !== -1; to = bytes.indexOf(10, from)) {
      JSON.parse(bytes.toString("utf8", from, to));
      rows++;
      from = to + 1;
    }
    rest = bytes.subarray(from);
  };
  const stored = createReadStream(path, { highWaterMark: chunkBytes });
  if (path.endsWith(".zst")) {
    const stream = new libraries.fzstd.Decompress((data) => take(Buffer.from(data)));
    for await (const chunk of stored) stream.push(chunk);
    stream.push(new Uint8Array(), true);
  } else for await (const chunk of path.endsWith(".gz") ? stored.pipe(createGunzip({ chunkSize: chunkBytes })) : stored) take(chunk);
  return rows;
}

async function readDelimited() {
  let rows = 0;
  await new Promise((complete, error) =>
    libraries.Papa.parse(createReadStream(path, { highWaterMark: chunkBytes }), {
      header: true,
      skipEmptyLines: true,
      chunk: ({ data }) => void (rows += data.length),
      complete,
      error,
    }),
  );
  return rows;
}

async function readParquet() {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = libraries.parquet;
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  let rows = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rows + Number(group.num_rows);
    rows += (await parquetReadObjects({ file, metadata, compressors: libraries.compressors, rowStart: rows, rowEnd })).length;
  }
  return rows;
}

/**
 * Writes text pieces with nothing but Node's streams or, for .zst, frames of the native library.
 */
async function writePieces(pieces) {
  const file = createWriteStream(path);
  const sink = path.endsWith(".gz") ? createGzip({ chunkSize: chunkBytes }) : file;
  if (sink !== file) sink.pipe(file);
  const encoder = path.endsWith(".zst") ? new libraries.zstd.Encoder(3) : undefined;
  const length = encoder ? 4 << 20 : chunkBytes;
  let pending = [];
  let size = 0;
  const flush = async () => {
    const bytes = Buffer.from(pending.join(""));
    pending = [];
    size = 0;
    if (!sink.write(encoder ? await encoder.encode(bytes) : bytes)) await new Promise((resolve) => sink.once("drain", resolve));
  };
  for (const piece of pieces) {
    pending.push(piece);
    size += piece.length;
    if (size > length) await flush();
  }
  await flush();
  sink.end();
  await finished(file);
}

function* jsonPieces(rows, isArray) {
  let before = isArray ? "[\n" : "";
  for (const row of rows) {
    yield `${before}${JSON.stringify(row)}${isArray ? "" : "\n"}`;
    if (isArray) before = ",\n";
  }
  if (isArray) yield "\n]\n";
}

function* delimitedPieces(rows, delimiter) {
  yield `${["id", "question", "answer", "level"].join(delimiter)}\n`;
  for (const row of rows) yield `${libraries.Papa.unparse([Object.values(row)], { delimiter, newline: "\n" })}\n`;
}

async function writeParquet(rows) {
  const { fileWriter, parquetWriteRows } = libraries.parquetWriter;
  const names = ["id", "question", "answer", "level"];
  const text = (name) => ({ name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" });
  const schema = [
    { name: "schema", num_children: 4 },
    ...names.slice(0, 3).map(text),
    { name: "level", type: "INT32", repetition_type: "OPTIONAL" },
  ];
  await parquetWriteRows({
    writer: fileWriter(path),
    rows,
    columns: names.map((name) => ({ name })),
    schema,
    rowGroupSize: [1_000, 5_000],
  });
}

const tasks = {
  async "read floor"() {
    if (ending === ".parquet") return readParquet();
    if (ending === ".csv" || ending === ".tsv") return readDelimited();
    return ending === ".json" ? JSON.parse(readFileSync(path, "utf8")).length : readLines();
  },
  async read() {
    let rows = 0;
    for await (const batch of libraries.ours.readRows(libraries.ours.fileAt(path), { maxRowBytes: 1 << 23 })) rows += batch.length;
    return rows;
  },
  async "read to examples"() {
    let rows = 0;
    const dataset = await libraries.dataset.openDataset({ input: path, maxRowBytes: 1 << 23, stdin: process.stdin });
    for await (const entry of dataset.entries) if ("example" in entry.content) rows++;
    return rows;
  },
  async "write floor"() {
    const rows = makeRows(Number(count));
    if (ending === ".parquet") await writeParquet(rows);
    else if (ending === ".csv" || ending === ".tsv") await writePieces(delimitedPieces(rows, ending === ".csv" ? "," : "\t"));
    else await writePieces(jsonPieces(rows, ending === ".json"));
    return Number(count);
  },
  async write() {
    await libraries.write.writeRows(path, () => makeRows(Number(count)));
    return Number(count);
  },
  /** Measures the cost of making the rows, which is subtracted from both sides of a write. */
  async rows() {
    let rows = 0;
    for (const row of makeRows(Number(count))) if (row.id) rows++;
    return rows;
  },
};

const before = process.cpuUsage();
const started = performance.now();
const rows = await tasks[task]();
const { user, system } = process.cpuUsage(before);
process.send({ rows, seconds: (performance.now() - started) / 1000, cpuUs: user + system, peakMB: process.resourceUsage().maxRSS / 1024 });
process.disconnect();
