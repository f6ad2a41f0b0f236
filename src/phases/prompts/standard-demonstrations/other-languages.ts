import type { Demonstration } from "../demonstrations.ts";

/** For rows in Spanish, Portuguese, French, Italian and their kin. */
export const romanceHead: readonly Demonstration[] = [
  {
    language: "English",
    instruction: "List the metals: iron, oak, copper, wool.",
    response: "iron, copper",
    phrases: [
      ["Task", "Pick the metals out of a list of materials."],
      ["Format", "Write them in one line with commas between."],
    ],
  },
  {
    language: "Portuguese",
    instruction: "Como tiro ferrugem de uma panela de ferro?",
    response: "Esfregue sal grosso com meia batata, enxágue, seque bem no fogo e passe um fio de óleo.",
    phrases: [
      ["Role", "Você é um cozinheiro que cuida bem das suas panelas."],
      ["Content", "Diga também como evitar que a ferrugem volte."],
      ["Task", "Ensine a recuperar utensílios de cozinha."],
      ["Action", "Dê os passos na ordem em que se fazem."],
    ],
  },
  {
    language: "French",
    instruction: "Un train roule 2 heures à 90 km/h. Quelle distance parcourt-il ?",
    response: "Il parcourt 2 × 90 = 180 km.",
    phrases: [
      ["Role", "Tu es professeur de mathématiques au collège."],
      ["Task", "Résous des problèmes de vitesse et de distance."],
      ["Action", "Pose l'opération avant de la calculer."],
      ["Format", "Termine par la distance avec son unité."],
    ],
  },
  {
    language: "Spanish",
    instruction: "¿Qué árbol me conviene en un patio pequeño y seco?",
    response: "Un granado: no pasa de cuatro metros y soporta bien la sequía.",
    phrases: [
      ["Role", "Eres jardinera y conoces los patios urbanos."],
      ["Content", "Menciona el tamaño adulto de la planta."],
      ["Style", "Habla con calidez y sin tecnicismos."],
      ["Background", "El patio del usuario es pequeño y seco."],
    ],
  },
];

/** For rows in Chinese, Japanese and Korean. */
export const eastAsianHead: readonly Demonstration[] = [
  {
    language: "English",
    instruction: "Give me a name for a cat with grey stripes.",
    response: "Misty",
    phrases: [
      ["Task", "Think of names for pets that suit their looks."],
      ["Style", "Be as playful as a kitten."],
      ["Format", "Offer a single name without reasons."],
    ],
  },
  {
    language: "Korean",
    instruction: "이메일 제목을 정중하게 바꿔 줘: '회의 취소'",
    response: "회의 취소에 관하여 안내드립니다",
    phrases: [
      ["Role", "당신은 사내 이메일을 다듬는 편집자입니다."],
      ["Task", "짧은 제목을 공손한 표현으로 고쳐 쓰세요."],
    ],
  },
  {
    language: "Japanese",
    instruction: "なぜ夕焼けは赤いのですか。",
    response: "夕方は光が空気の中を長く通り、青い光が散らばって赤い光が残るからです。",
    phrases: [
      ["Role", "あなたは夕空に詳しい解説員です。"],
      ["Content", "光の色ごとの散り方に触れてください。"],
      ["Style", "子どもに語るように、やわらかく話してください。"],
      ["Format", "長くても二文で終えてください。"],
    ],
  },
  {
    language: "Chinese",
    instruction: "我第一次去海边露营，要带什么？",
    response: "带上防风帐篷、防潮垫、头灯、足够的饮用水和防晒霜。",
    phrases: [
      ["Role", "你是露营向导，常带队去海边。"],
      ["Content", "列出防风、防潮和防晒的用品。"],
      ["Task", "为露营新手准备行李清单。"],
      ["Background", "用户第一次去海边露营。"],
    ],
  },
];

/** For rows in all other languages. */
export const otherHead: readonly Demonstration[] = [
  {
    language: "Hindi",
    instruction: "बारिश पर एक पंक्ति लिखो।",
    response: "बूँदों ने छत पर धीरे से गीत गाया।",
    phrases: [
      ["Role", "आप मौसम पर लिखने वाले कवि हैं।"],
      ["Format", "कविता को एक ही पंक्ति में रखें।"],
    ],
  },
  {
    language: "Russian",
    instruction: "Почему осенью желтеют листья?",
    response: "Дерево перестаёт обновлять зелёный пигмент, и становятся видны жёлтые.",
    phrases: [
      ["Content", "Назови вещества, от которых зависит цвет."],
      ["Task", "Объясняй явления природы."],
      ["Style", "Говори просто, как в беседе на прогулке."],
    ],
  },
  {
    language: "English",
    instruction: "Sort these by length: elephant, cat, horse.",
    response: "cat, horse, elephant",
    phrases: [
      ["Task", "Put words into the order that the user names."],
      ["Action", "Count the letters of each word."],
      ["Format", "Separate the words by commas."],
    ],
  },
  {
    language: "German",
    instruction: "Wie bekomme ich Kalk von den Fliesen, ohne die Fugen anzugreifen?",
    response: "Nimm verdünnte Zitronensäure, lass sie fünf Minuten wirken und spüle gründlich mit klarem Wasser nach.",
    phrases: [
      ["Role", "Du bist Fachmann für Fliesen und Bäder."],
      ["Content", "Weise auf Mittel hin, die den Fugen schaden."],
      ["Task", "Gib Rat zur Reinigung im Haushalt."],
      ["Action", "Nenne die Einwirkzeit zu jedem Schritt."],
      ["Background", "Die Fugen sollen heil bleiben."],
    ],
  },
];
