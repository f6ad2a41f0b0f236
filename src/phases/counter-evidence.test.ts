import { describe, expect, test } from "vitest";
import type { Message } from "../records/message.ts";
import { counterEvidence, type CounterEvidence } from "./counter-evidence.ts";

function evidence(text: string, conversation = "How many apples are left?"): CounterEvidence | undefined {
  const messages: Message[] = [
    { role: "user", content: conversation },
    { role: "assistant", content: "Seven." },
  ];
  return counterEvidence({ id: "a", line: 1, messages, columns: {} }, text);
}

describe("beyond text", () => {
  test.each([
    "Use Adobe Illustrator for the layout.",
    "Design it in Canva.",
    "Use Google Scholar to find papers.",
    "Use pencil and paper.",
    "Show the steps on a whiteboard.",
    "Include a screenshot of each step.",
    "Use online resources.",
    "Look up the figures online.",
    "Use a search engine.",
    "Cite reliable sources.",
    "Refer to peer-reviewed journals.",
    "Conduct thorough research.",
    "Research the topic thoroughly.",
    "Consult an expert before answering.",
    "Take a photo of the result.",
    "Draw a diagram of the parts.",
    "Record a video of the steps.",
    "Usa lápiz y papel.",
    "Consulta fuentes fiables en español.",
    "Benutze Stift und Papier.",
    "Suche im Internet nach Zahlen.",
    "Utilise des sources fiables.",
    "Cherche les chiffres sur internet.",
    "Use fontes confiáveis.",
    "使用铅笔和纸。",
    "请使用搜索引擎查找资料。",
    "引用可靠来源。",
  ])("%s", (text) => {
    expect(evidence(text)).toBe("beyond-text");
  });

  test.each([
    "Draw on facts of the message.",
    "Draw a conclusion at the end.",
    "Draw attention to the units.",
    "Name the source of each number that the message gives.",
    "Use a calculator's precision of two decimals.",
    "Write a table of the results.",
    "Use a notebook's plain tone.",
    "Speak of the camerawork of the scene.",
    "Use an inviting tone.",
    "Call the reader by name.",
    "Visit each point in turn.",
    "Film noir is the genre.",
    "Record the results in a list.",
    "Draw a table of the results.",
    "Explain how research is done.",
    "Use plain ASCII art.",
    "Responde en una tabla.",
    "Escribe en papel de narrador.",
    "Schreibe eine Liste auf Deutsch.",
    "Nenne die Quelle im Text.",
    "Écris un résumé sur papier libre.",
    "Escreva um resumo curto.",
    "用表格列出结果。",
    "使用正式的语气。",
  ])("not: %s", (text) => {
    expect(evidence(text)).toBeUndefined();
  });

  test.each([
    ["Use Photoshop layers.", "How do I cut out a face in Photoshop?"],
    ["Cite reliable sources.", "Write an essay and name reliable sources for it."],
    ["Show it on a whiteboard.", "Plan a whiteboard lesson."],
    ["Use pencil and paper.", "Explain long division with pencil and paper."],
    ["Usa lápiz y papel.", "Un juego con lápiz y papel."],
    ["使用搜索引擎。", "怎么使用搜索引擎?"],
  ])("not where the conversation speaks of it: %s", (text, conversation) => {
    expect(evidence(text, conversation)).toBeUndefined();
  });
});

describe("foreign to the row", () => {
  test.each([
    "You are a Python developer.",
    "Write a function in JavaScript.",
    "Use a for loop.",
    "You are a software engineer.",
    "Put the answer in a code block.",
    "Use NumPy.",
    "You are an expert in programming.",
    "Write a simple script.",
    "Implement the algorithm.",
    "Use an array to hold the numbers.",
    "Use C++ for the calculation.",
    "Show the source code.",
    "You are a web developer.",
    "Eres un programador.",
    "Escribe el código completo.",
    "Du bist ein Programmierer.",
    "Schreibe den Quellcode auf.",
    "Tu es un développeur.",
    "Você é um programador.",
    "你是一名程序员。",
    "编写程序来计算。",
  ])("%s", (text) => {
    expect(evidence(text)).toBe("foreign-to-row");
  });

  test.each([
    "You are a maths tutor.",
    "Explain the function of the heart.",
    "Keep the reader in the loop.",
    "Name the main variable of the story.",
    "Write for developing minds.",
    "Speak of the dress code.",
    "Use simple language.",
    "Describe the postal code.",
    "State the number of apples.",
    "Compile a short list.",
    "Describe the volcanoes of Bali.",
    "Follow the script's tone of voice.",
    "Tell what the array of colours means.",
    "Eres un profesor de matemáticas.",
    "Explica la función del corazón.",
    "Du bist ein Koch.",
    "Erkläre die Funktion des Herzens.",
    "Tu es un guide de musée.",
    "Você é um professor.",
    "你是一名数学老师。",
    "说明心脏的功能。",
  ])("not: %s", (text) => {
    expect(evidence(text)).toBeUndefined();
  });

  test.each([
    ["You are a Python developer.", "Write a script that counts words."],
    ["Use a for loop.", "```\nprint(1)\n```"],
    ["Use NumPy.", "What does import numpy as np do?"],
    ["Put the answer in a code block.", "Give me a regex for dates."],
    ["Eres un programador.", "Escribe un programa en Python."],
    ["你是一名程序员。", "用代码实现排序算法。"],
    ["Escribe el código completo.", "Corrige este código."],
  ])("not where the conversation is about programs: %s", (text, conversation) => {
    expect(evidence(text, conversation)).toBeUndefined();
  });
});
