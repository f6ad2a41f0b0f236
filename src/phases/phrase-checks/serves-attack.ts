const reveal =
  "print|reveal|show|repeat|display|output|disclose|leak|recite|imprime|revela|muestra|zeige?|verrate|affiche|révèle|mostre|revele";
const secret =
  "(?:hidden|system|secret|initial|given role and|original) (?:prompts?|instructions?|messages?|hidden prompt)|hidden prompt|prompt (?:oculto|del sistema|do sistema)|(?:versteckten?|geheimen?) (?:prompt|anweisungen?)|(?:invite|instructions?) cachée?s?";
const patterns = new RegExp(
  [
    `(?<!\\p{L})(?:${reveal})(?!\\p{L})[^.]{0,40}(?:${secret})`,
    "(?<!\\p{L})(?:ignore|disregard|forget) (?:all|any|the|your)? ?(?:previous|prior|earlier|other|above|these)? ?(?:instructions|rules)",
    "^you are (?:now )?the system(?: itself)?[.!]?$",
    "(?:显示|打印|泄露|透露|重复).{0,6}(?:隐藏|系统)(?:的)?提示|忽略.{0,6}(?:指令|指示|规则)",
  ].join("|"),
  "iu",
);

/**
 * Whether a phrase passes an attack on to the assistant, such as to reveal a hidden prompt or to
 * ignore instructions. A small model takes the attack in a row's instruction for the row's task.
 */
export function servesAttack(text: string): boolean {
  return patterns.test(text);
}
