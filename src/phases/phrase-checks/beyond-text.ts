/** Programs that are no libraries or languages. A person sits before them. */
const programs =
  "illustrator|photoshop|indesign|inkscape|canva|figma|gimp|powerpoint|microsoft word|ms word|google (?:docs|slides|sheets|scholar|maps|search)|grammarly|autocad|premiere";
/** Things that are at hand for a person, or behind a search. */
const things = [
  `(?:adobe|${programs})`,
  "(?:pencil|pen) and paper|paper and (?:pencil|pen)|notebook and pen|whiteboard|screenshots?|microscope|camera|stopwatch",
  "(?:online|internet|web|digital)[ -](?:databases?|resources?|tools?|sources?|search(?:es)?|platforms?|libraries|articles)",
  "(?:search|browse|surf|look up)[^.]{0,20}\\b(?:online|internet|web|google)|search engines?|the internet",
  "(?:reliable|credible|reputable|trusted|authoritative|academic|external|official) (?:online )?(?:sources?|websites?|references|databases?|resources?)",
  "(?:peer-reviewed|academic|scientific) (?:journals?|articles?|papers|literature)",
  "lápiz y papel|pizarra|captura de pantalla|(?:recursos|fuentes|bases de datos) (?:en línea|fiables|confiables)|busca(?:r)? en (?:internet|línea)",
  "stift und papier|tafelbild|bildschirmfoto|online-(?:quellen|datenbanken|ressourcen)|(?:zuverlässige|seriöse)n? quellen|im internet",
  "papier et crayon|crayon et papier|capture d'écran|(?:sources|ressources) (?:fiables|en ligne)|sur internet",
  "lápis e papel|captura de tela|(?:fontes|recursos) (?:confiáveis|online|on-line)|na internet",
  "铅笔和纸|纸和笔|白板|截图|搜索引擎|互联网|网络资源|可靠(?:的)?来源|在线(?:资源|数据库|工具)",
];
const thing = new RegExp(`(?<!\\p{L})(?:${things.join("|")})(?!\\p{L}|ly)|(?:${things.at(-1)})`, "iu");
/** Deeds that text does not do. */
const deed =
  /^(?:conduct|do|carry out|perform)[^.]{0,12} research\b|^research\b[^.]{0,40}\b(?:thoroughly|online|extensively|databases?|sources?)\b|^(?:consult|interview|survey|call|visit|contact) (?:an? |the |with )?(?:experts?|people|customers?|specialists?|librarian|local|websites?|databases?)|^(?:take|include|attach|upload|insert) (?:a |an |the )?(?:photos?|photographs?|screenshots?|images?|pictures?|videos?)\b|^(?:draw|sketch|paint)\b(?! (?:on|up|from|attention|conclusions?|a conclusion|a table))|^(?:film|record) (?:an? |the )?(?:audio|clips?|interviews?|scenes?|videos?|voices?)\b/iu;

/**
 * Whether a phrase asks for what an assistant that only writes text cannot do, such as research in
 * databases or work with a drawing program. What the conversation speaks of does not count.
 */
export function isBeyondText(text: string, conversation: string): boolean {
  const named = thing.exec(text)?.[0] ?? deed.exec(text)?.[0];
  if (named === undefined) return false;
  const spoken = conversation.toLowerCase();
  return !(named.toLowerCase().match(/[\p{L}\p{M}]{4,}/gu) ?? [named.toLowerCase()]).some((word) => spoken.includes(word));
}
