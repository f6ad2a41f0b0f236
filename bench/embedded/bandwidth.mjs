// Usage: node bandwidth.mjs
// Measures how many bytes a second this process reads from memory, by comparing two equal buffers.
const bytes = 192 * 1024 * 1024;
const forMs = 1_500;
const [a, b] = [Buffer.alloc(bytes, 1), Buffer.alloc(bytes, 1)];
const begun = performance.now();
let read = 0;
while (performance.now() - begun < forMs) {
  a.compare(b);
  read += 2 * bytes;
}
console.log(JSON.stringify({ rate: (1000 * read) / (performance.now() - begun) }));
