import { describe, expect, test } from "vitest";
import { lostForm } from "./lost-form.ts";
import { standardTags } from "../../records/system-message/tag-set.ts";

const found = (instruction: string, original: string, text: string): unknown =>
  lostForm.find({
    reply: { text, finishReason: "stop", usage: { inputTokens: 0, outputTokens: 0 } },
    original,
    systemMessage: "Give one paragraph.",
    instruction,
    columns: {},
    tags: standardTags,
  });

const code = "Sure:\n\n```python\ndef area(a, b):\n    return a * b\n```\n\nIt multiplies the sides.";
const list = "Here they are:\n\n1. Drink water.\n2. Sleep well.\n3. Walk every day.\n4. Eat fruit.\n5. Call friends.";
const table = "| city | people |\n| --- | --- |\n| Lima | 10 m |\n| Quito | 2 m |";
const noCode = "The function multiplies both sides and gives the area back.";
const noList = "Health needs patience above all. A calm mind and a steady habit are what counts in the end.";
const noTable = "Lima has ten million people and Quito has two million.";

describe("code is lost", () => {
  test.each([
    "Write a Python function that returns the area of a rectangle.",
    "Please write me a short program that computes areas.",
    "Can you implement a class for rectangles?",
    "Using Python, create a function called area.",
    "I have two numbers. Write code that multiplies them.",
    "Complete this Python function.\n```python\ndef area(a, b):\n```",
    'def area(a: int, b: int) -> int:\n    """Returns the area of a rectangle."""',
    "Fix the error:\n\n```js\nfunction area(a, b) { return a + b; }\n```",
    "Refactor it.\n\ndef area(a, b):\n    return a*b",
    "Escribe una función en Python que calcule el área de un rectángulo.",
    "Por favor, crea un programa que calcule áreas.",
    "Schreibe eine Python-Funktion, die die Fläche berechnet.",
    "Bitte erstellen Sie ein Skript für Flächen.",
    "Écris une fonction Python qui calcule une aire.",
    "Escreva uma função em Python que calcule a área de um retângulo.",
    "Crie um programa que calcule áreas.",
    "编写一个计算矩形面积的 Python 函数。",
    "请用 Python 写一段代码，计算矩形的面积。",
  ])("%s", (instruction) => expect(found(instruction, code, noCode)).toBe("the instruction asks for code, and the response has none"));

  test("where the original is bare code", () => {
    expect(found("Write a query for all names.", "SELECT name FROM people;", "It selects all names of people.")).toBeDefined();
  });
});

describe("a table is lost", () => {
  test.each([
    "Show both cities and their people as a table.",
    "Create a table of both cities.",
    "Put the numbers into a Markdown table.",
    "Compare Lima and Quito in tabular form.",
    "Presenta las ciudades en una tabla.",
    "Haz una tabla con las dos ciudades.",
    "Vergleiche die beiden Städte in einer Tabelle.",
    "Stelle die Städte als Tabelle dar.",
    "Présente les villes sous forme de tableau.",
    "Fais un tableau des deux villes.",
    "Apresente as cidades em uma tabela.",
    "用表格比较这两座城市。",
  ])("%s", (instruction) => expect(found(instruction, table, noTable)).toContain("a table"));
});

describe("a list is lost", () => {
  test.each([
    "List five habits that keep people healthy.",
    "Please list some healthy habits.",
    "Give me five tips for a healthy life.",
    "What are 5 ways to stay healthy?",
    "Answer in bullet points: how do people stay healthy?",
    "Make a list of healthy habits.",
    "I want to live longer. Suggest at least five habits.",
    "Dame cinco consejos para una vida sana.",
    "Haz una lista de hábitos sanos.",
    "Nenne fünf Tipps für ein gesundes Leben.",
    "Liste gesunde Gewohnheiten auf.",
    "Donne-moi cinq conseils pour rester en forme.",
    "Réponds sous forme de liste à puces.",
    "Cite cinco hábitos saudáveis.",
    "Faça uma lista de hábitos saudáveis.",
    "列出五个健康的生活习惯。",
    "给我五条健康建议。",
  ])("%s", (instruction) => expect(found(instruction, list, noList)).toContain("a list"));
});

describe("nothing is lost", () => {
  test.each([
    ["the original has no code", "Write a function.", noCode, noCode],
    ["code in another language", "Write a function.", code, "```rust\nfn area(a: u32, b: u32) -> u32 { a * b }\n```"],
    ["bare code", "Write a function.", code, "def area(a, b):\n    return a * b"],
    ["bare code of an unknown language", "Write a function.", code, "area a b = a * b"],
    ["code within a line", "Write a function.", code, "Use `lambda a, b: a * b` for that."],
    ["only the body", 'def area(a, b):\n    """Area."""', code, "    return a * b"],
    ["markup", "Write HTML code for a title.", "```html\n<h1>Hi</h1>\n```", "<h1>Hello</h1>"],
    ["code is to be explained", "Explain how to write a function.", code, noCode],
    ["code is to be summarized", "Write a summary of this function.\n```python\ndef area(a, b):\n    return a * b\n```", code, noCode],
    ["a question about code", "How would you write a function in Python?", code, noCode],
    ["a question in Chinese about code", "如何编写一个函数？", code, noCode],
    ["a formula in a fence", "Write the function in vertex form.", "```\nf(x) = (x - 2)^2\n```", "The vertex is at two and zero."],
    ["a script that is spoken", "Write a script of a sales call.", "Anna: Good morning!", "Ben: Hello!"],
    ["a table of HTML", "Show it as a table.", table, "<table><tr><td>Lima</td></tr></table>"],
    ["a table without an outer line", "Show it as a table.", table, "city | people | area\nLima | 10 m | big"],
    ["a table with tabs", "Show it as a table.", table, "city\tpeople\nLima\t10 m"],
    ["a table that the instruction holds", `Put it in words, as in a table:\n${table}`, table, noTable],
    ["a table of a database", "Create a table for cities in SQL.", table, "Use a column for each."],
    ["a table of contents", "Create a table of contents.", table, noTable],
    ["bullets for numbers", "List five habits.", list, "- Water\n- Sleep\n- Walks"],
    ["numbers with brackets", "List five habits.", list, "1) Water\n2) Sleep\n3) Walks"],
    ["numbers within a line", "List five habits.", list, "They are: 1) water, 2) sleep, 3) walks."],
    ["commas", "List five habits.", list, "They are water, sleep, walks, fruit and friends."],
    ["commas in Chinese", "列出五个习惯。", list, "喝水、睡觉、散步、水果和朋友。"],
    ["lines without a mark", "List five habits.", list, "Water\nSleep\nWalks\nFruit\nFriends"],
    ["ordinals", "Give me five tips.", list, "First, drink a lot of water. Second, sleep as long as you can. Finally, walk."],
    ["one sentence a tip", "Give me five tips.", list, "Drink. Sleep. Walk. Eat fruit. Call friends."],
    ["paragraphs", "Give me three tips.", list, "Drink water.\n\nSleep well.\n\nWalk every day."],
    ["headings", "List five habits.", list, "**Water**\nDrink it.\n\n**Sleep**\nAt night."],
    ["Chinese numbers", "列出五个习惯。", list, "一、喝水\n二、睡觉"],
    ["a list that nobody asked for", "How do people stay healthy?", list, noList],
    ["a list that is refused", "Name five habits, without bullet points.", list, noList],
    ["a number of sentences", "Write five sentences about health.", list, noList],
    ["a number of words", "Describe it: give 50 words.", list, noList],
    ["a list of Python", "Sort this list of numbers.", list, noList],
    ["a list beside code", "List three functions.", `${list}\n${code}`, noList],
    ["list comprehensions", "List comprehensions are short. Explain.", list, noList],
  ])("%s", (_name, instruction, original, text) => expect(found(instruction, original, text)).toBeUndefined());
});
