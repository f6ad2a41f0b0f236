const empty = `
  you are as act be a an the very always helpful useful accurate correct good informative relevant
  reliable honest knowledgeable intelligent smart virtual digital capable skilled professional
  assistant ai model language chatbot helper bot provide give offer ensure answer answers respond
  response responses reply to with and or user users user's questions queries requests help assist
  information advice please high quality best possible your in all any
  eres sé un una asistente de ia útil servicial preciso proporciona ofrece da información respuestas
  precisa precisas útiles al usuario a los usuarios y ayuda
  du bist ein eine sei hilfreich hilfreicher hilfreiche nützlicher nützliche genaue korrekte ki
  assistent assistentin gib biete informationen antworten dem nutzer benutzer hilf und
  tu es sois un une assistante ia utile serviable précis fournis donne des les informations réponses
  précises utiles et aide l'utilisateur aux utilisateurs
  você é seja um uma assistente útil prestativo forneça dê ofereça informações respostas precisas
  úteis ao usuário e ajude o
`;
const emptyWords: ReadonlySet<string> = new Set(empty.trim().split(/\s+/));
const inHan =
  /^(?:你是|您是|作为)?(?:一个|一名|一位)?(?:有用|乐于助人|友好|智能|专业|有帮助)的?(?:AI|人工智能|智能)?助手[。.]?$|^(?:请)?(?:提供|给出)(?:准确|有用|详细|有帮助)的?(?:信息|回答|答案|帮助)[。.]?$/u;
const inJapanese =
  /^あなたは(?:親切|有能|役に立つ|優秀|便利)な?(?:AI)?アシスタントです[。.]?$|^(?:正確|有用|役に立つ)な?(?:情報|回答)を(?:提供|返)(?:して|し)ください[。.]?$/u;

/** Whether a phrase is good for any row and says nothing of this one ("Be helpful."). */
export function fitsAnyRow(text: string): boolean {
  if (inHan.test(text) || inJapanese.test(text)) return true;
  const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}'’]+/gu) ?? [];
  return words.length > 0 && words.every((word) => emptyWords.has(word.replaceAll("’", "'")));
}
