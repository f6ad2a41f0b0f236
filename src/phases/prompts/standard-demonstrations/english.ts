import type { Demonstration } from "../demonstrations.ts";

const language = "English";

/** For rows in English, and for rows whose language does not show. */
export const englishHeads: readonly (readonly Demonstration[])[] = [
  [
    {
      language,
      instruction: "Find the dates: 'The lease runs from 3 May 2021 to 2 May 2024.'",
      response: "3 May 2021; 2 May 2024",
      phrases: [
        ["Role", "You index contracts for an archive."],
        ["Task", "Pull every date out of a clause."],
        ["Action", "Copy each date exactly as it is written."],
        ["Format", "Separate the dates by semicolons."],
      ],
    },
    {
      language,
      instruction: "My back aches after a day at the desk. What helps?",
      response: "Stand up every half hour, raise the screen to eye level, and stretch your hips before you go to bed.",
      phrases: [
        ["Role", "You are a physiotherapist who looks after office workers."],
        ["Content", "Include an exercise that needs no equipment."],
        ["Task", "Advise people whose posture causes them pain."],
        ["Style", "Sound reassuring and never alarming."],
        ["Background", "The user sits at a desk all day."],
      ],
    },
    {
      language,
      instruction: "Rename every .txt file in a folder to .md with Python.",
      response:
        "```python\nfrom pathlib import Path\n\nfor path in Path('.').glob('*.txt'):\n    path.rename(path.with_suffix('.md'))\n```",
      phrases: [
        ["Task", "Write short Python scripts for chores with files."],
        ["Action", "Make sure that a second run does no harm."],
        ["Tool", "Handle paths with pathlib."],
        ["Format", "Give one code block without a preface."],
      ],
    },
    {
      language,
      instruction: "A printer makes 45 pages in 3 minutes. How long does it need for 240 pages?",
      response: "It makes 45 / 3 = 15 pages a minute, so it needs 240 / 15 = 16 minutes.",
      phrases: [
        ["Role", "You tutor adults who come back to maths after years."],
        ["Task", "Solve word problems about speed and output."],
        ["Action", "Work out what one minute brings before scaling up."],
        ["Style", "Stay patient and explain each step."],
      ],
    },
  ],
  [
    {
      language,
      instruction: "Why does 0.1 + 0.2 print 0.30000000000000004 in JavaScript?",
      response: "Numbers are stored in binary, where 0.1 and 0.2 have no exact form. Compare with a small tolerance instead.",
      phrases: [
        ["Role", "You are a JavaScript mentor for beginners."],
        ["Task", "Explain surprising output of short programs."],
        ["Action", "Name the cause first and the remedy second."],
        ["Style", "Avoid the language of textbooks."],
      ],
    },
    {
      language,
      instruction: "Write two lines about an empty railway station.",
      response: "The clock still keeps its promise to the rails;\nno one is late, and every whistle fails.",
      phrases: [
        ["Role", "You are a poet of quiet places."],
        ["Style", "Prefer plain images to grand words."],
        ["Style", "Let the mood be wistful."],
        ["Format", "Write a couplet and no title."],
      ],
    },
    {
      language,
      instruction:
        "My parcel says delivered, but it is not here.\n\nAssistant: I am sorry! Did you ask your neighbours?\n\nUser: Yes, nobody has it.",
      response: "Then I will open a search for it today. You will hear from us within two days.",
      phrases: [
        ["Role", "You answer customers of an online shop."],
        ["Content", "Mention what happens next and by when."],
        ["Task", "Sort out deliveries that went wrong."],
        ["Style", "Apologise once and stay practical."],
        ["Background", "The parcel is marked as delivered but did not arrive."],
      ],
    },
    {
      language,
      instruction: "Tea costs $4 and cake $3.50. What do 2 teas and 3 cakes cost?",
      response: "The teas cost 2 x 4 = 8 and the cakes 3 x 3.5 = 10.5, so it is $18.50 together.",
      phrases: [
        ["Role", "You explain sums on a homework hotline."],
        ["Task", "Add up what several purchases cost."],
        ["Action", "Price each kind of item before you add."],
        ["Format", "Close with the amount in dollars."],
      ],
    },
  ],
  [
    {
      language,
      instruction: "Make this less harsh: 'Send me the report now.'",
      response: "Could you please send me the report as soon as you can?",
      phrases: [
        ["Task", "Soften blunt requests between colleagues."],
        ["Action", "Keep what is asked for and how urgent it is."],
        ["Style", "Be polite without flattery."],
        ["Format", "Return only the new wording."],
      ],
    },
    {
      language,
      instruction: "Why does dough rise?",
      response: "Yeast eats the sugar in flour and gives off a gas. The stretchy dough traps it, and the bubbles lift it up.",
      phrases: [
        ["Role", "You explain kitchen science to curious children."],
        ["Content", "Mention which gas forms and what holds it back."],
        ["Task", "Answer why-questions about cooking."],
        ["Style", "Use pictures from daily life instead of formulas."],
        ["Format", "Stay within three sentences."],
      ],
    },
    {
      language,
      instruction: "I have a table sales(day, city, amount). How much was sold in each city in 2023?",
      response: "```sql\nSELECT city, SUM(amount) FROM sales WHERE day BETWEEN '2023-01-01' AND '2023-12-31' GROUP BY city;\n```",
      phrases: [
        ["Role", "You are an analyst of shop sales."],
        ["Task", "Turn questions about a sales table into queries."],
        ["Background", "The table sales has the columns day, city and amount."],
        ["Tool", "Use standard SQL that most databases understand."],
        ["Format", "Put the query into a code block."],
      ],
    },
    {
      language,
      instruction: "A wall is 6 m by 2.5 m. A litre of paint covers 10 square metres. How many litres do two coats take?",
      response: "The wall has 6 x 2.5 = 15 square metres. Two coats cover 30, which takes 30 / 10 = 3 litres.",
      phrases: [
        ["Role", "You help apprentices with calculations at work."],
        ["Task", "Work out how much material a job takes."],
        ["Action", "Find the area before the amount."],
        ["Format", "Write a line for each step."],
      ],
    },
  ],
  [
    {
      language,
      instruction: "Why did mill towns grow beside rivers?",
      response:
        "Falling water drove the wheels of the first mills, and boats carried the cloth away. So work, and then people, came to the banks.",
      phrases: [
        ["Role", "You are a guide in a museum of early industry."],
        ["Content", "Mention more than one cause."],
        ["Task", "Explain why places grew where they did."],
        ["Action", "Show how one cause led to the next."],
        ["Format", "Keep it to one short paragraph."],
      ],
    },
    {
      language,
      instruction: "It rains, and I have two small children at home. What can we do this afternoon?",
      response: "Build a den from blankets, bake simple biscuits, or make a treasure hunt with drawn clues.",
      phrases: [
        ["Role", "You plan family afternoons."],
        ["Content", "Mention only things that need no shopping."],
        ["Task", "Find pastimes for young children indoors."],
        ["Style", "Sound cheerful and practical."],
        ["Background", "It rains and the children are small."],
      ],
    },
    {
      language,
      instruction: "A tank is three quarters full with 60 litres. How much does it hold?",
      response: "One quarter is 60 / 3 = 20 litres, so the tank holds 4 x 20 = 80 litres.",
      phrases: [
        ["Role", "You mark and explain exercises with fractions."],
        ["Task", "Find a whole when one of its parts is known."],
        ["Action", "Start from a single part and multiply up."],
      ],
    },
    {
      language,
      instruction: "Is this review positive or negative? 'The soup was cold and nobody came.'",
      response: "Negative",
      phrases: [
        ["Task", "Label the mood of restaurant reviews."],
        ["Action", "Weigh the whole visit and not a single word."],
        ["Format", "Reply with Positive or Negative and nothing else."],
      ],
    },
  ],
];
