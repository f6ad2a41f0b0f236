// Realistic rows for the embedded bench. No two rows share a question or an answer.
const subjects =
  "sourdough bread|a bicycle tyre|a balcony garden|a job interview|the water cycle|a rainy weekend|compound interest|a slow computer|a science fair|the tides|a first marathon|a compost heap|learning chess|a moving day|a family budget|photosynthesis|a camping trip|sleeping better|a leaking tap|a birthday cake|reading maps|a school play|the seasons|a used car|writing a letter|an old house|knitting a scarf|a power cut|the moon's phases|a small aquarium|a picnic|public speaking".split(
    "|",
  );
const kinds = [
  [
    "Explain {} to a ten-year-old in a few sentences.",
    "Think of {} as something you meet every week. It has a beginning, a middle and an end, and each part is simple.",
  ],
  [
    "I need a short plan about {} with three steps. What would you do first?",
    "First, write down what you have. Second, choose one small thing to change. Third, look at {} again after a week.",
  ],
];

export function rowLine(index) {
  const subject = subjects[index % subjects.length];
  const [question, answer] = kinds[Math.floor(index / subjects.length) % kinds.length].map((text) => text.replace("{}", subject));
  const more = index < subjects.length * kinds.length ? "" : ` This is question ${index}.`;
  return JSON.stringify({ id: `r${index}`, question: `${question}${more}`, answer: `${answer} Case ${index} is no exception.` });
}
