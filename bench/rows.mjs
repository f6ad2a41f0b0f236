const words =
  "a an the of to and in that it is was for on with as at by from or which one two three tram people number count first then because answer question step result value table list write show find between under over every small large green river city winter music paper light north seven eleven machine garden letter mountain reason measure simple careful history language teacher student".split(
    " ",
  );

/**
 * Makes rows of about 800 bytes from words drawn by a seeded generator (mulberry32). The same count
 * always gives the same rows.
 */
export function* makeRows(count) {
  let state = 42;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const text = (length) => Array.from({ length }, () => words[random() % words.length]).join(" ");
  // Rows are combined from texts that are made once, so that making text costs less than what is
  // measured.
  const pool = (size, length) => Array.from({ length: size }, () => text(length));
  const [questions, answers] = [pool(997, 24), pool(1_999, 50)];
  for (let index = 0; index < count; index++) {
    const answer = `${answers[random() % answers.length]}, ${index},\n"${answers[random() % answers.length]}".`;
    yield { id: `r${index}`, question: `${index} ${questions[random() % questions.length]}?`, answer, level: random() % 7 };
  }
}
