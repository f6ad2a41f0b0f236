/** Words that speak of writing programs. "Function" and "loop" have other meanings too. */
const words =
  "python|javascript|typescript|java|c\\+\\+|sql|html|css|php|bash|numpy|pandas|(?:write|writing|generate|provide|give|use|using|run|test|the|of|in|a) code|code (?:blocks?|snippets?)|coding|source code|codebase|programmers?|programming|software (?:developers?|engineers?)|web developers?|developer|compiler|algorithm|(?:use|using|implement|write) (?:a |an |the )?(?:simple )?(?:for |while )?(?:loop|variable|script|function|array|dictionary|data structure)|" +
  "programador(?:a)?|código|bloque de código|desarrollador(?:a)?|programmierer(?:in)?|quellcode|codeblock|entwickler(?:in)?|programmeur|programmeuse|développeu(?:r|se)|bloc de code|desenvolvedor(?:a)?|bloco de código";
const spokenWords = new RegExp(`(?<!\\p{L})(?:${words})(?!\\p{L})`, "iu");
const inHan = /代码|程序员|编程|编写程序|软件(?:开发|工程)/u;
/** What shows that a conversation is about programs. */
const signs =
  /```|\b(?:def|function|class|return|import|select|const|var|print|null|json|xml|yaml|api|regex|excel|spreadsheet|formula|script|program\w*|code\w*|coding|software|developer|algorithm|database|server|app|website|web ?page|compute[rd]?|array|string|boolean|integer|loop|variable|bug|error|debug\w*|linux|shell|terminal|command|git|github|docker|html|css|sql|python|java\w*|typescript|php|ruby|rust|golang|kotlin|swift|matlab|latex)\b|c\+\+|c#|código|program(?:a|ação|ación|mier)|logiciel|代码|程序|编程|软件|函数|算法|网站|数据库|プログラム|コード|код|программ/iu;

/**
 * Whether a phrase speaks of writing programs although nothing in the conversation does. Small
 * models that were trained on code take a word problem for a programming task.
 */
export function isForeignToRow(text: string, conversation: string): boolean {
  return (spokenWords.test(text) || inHan.test(text)) && !signs.test(conversation);
}
