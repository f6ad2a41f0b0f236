import { shortly, type Offer, type OfferedCommand, type OfferedOption } from "./tree.ts";

/** The completion of zsh, as a file of `fpath`, or to be sourced. */
export function zshCompletion(program: OfferedCommand): string {
  return `#compdef sysgen
# Completion of sysgen for zsh.
${functionOf(program)}
if [ "$funcstack[1]" = "_sysgen" ]; then _sysgen "$@"; else compdef _sysgen sysgen; fi
`;
}

/** A function for a command, and those of the commands below it first. */
function functionOf({ path, options, commands, argument }: OfferedCommand): string {
  const name = ["_sysgen", ...path].join("_");
  const specs = options.map((option) => `    ${specOf(option)}`);
  if (commands.length === 0) {
    const rest = action(argument);
    const all = [...specs, ...(rest === "" ? [] : [`    ${quoted(`*:argument:${rest}`)}`])];
    return `${name}() {\n  _arguments \\\n${all.join(" \\\n")}\n}`;
  }
  const described = commands.map(({ path: names, about }) => `    ${quoted(`${names.at(-1)}:${shortly(about)}`)}`);
  const calls = commands.map(({ path: names }) => `    ${names.at(-1)}) ${["_sysgen", ...names].join("_")} ;;`);
  return `${commands.map(functionOf).join("\n")}
${name}() {
  local curcontext="$curcontext" state line
  local -a commands
  typeset -A opt_args
  commands=(
${described.join("\n")}
  )
  _arguments -C \\
${specs.join(" \\\n")} \\
    '1:command:->command' \\
    '*::argument:->argument'
  case $state in
  command) _describe command commands ;;
  argument) case $line[1] in
${calls.join("\n")}
    esac ;;
  esac
}`;
}

function specOf({ long, short, about, value }: OfferedOption): string {
  const says = `[${shortly(about).replace(/[[\]:\\]/g, String.raw`\$&`)}]`;
  if (value === undefined) return [long, short].flatMap((name) => (name ? [quoted(`*${name}${says}`)] : [])).join(" ");
  return quoted(`*${long}=${says}:value:${action(value) || " "}`);
}

/** What zsh is to offer. Empty for nothing. */
function action({ words, paths }: Offer): string {
  const files = paths === undefined ? [] : [paths === "folders" ? "_files -/" : "_files"];
  const list = `(${words.map((word) => word.replaceAll(":", String.raw`\:`)).join(" ")})`;
  if (words.length === 0) return files.join("");
  // A colon would end the action.
  return files.length === 0 ? list : String.raw`{_alternative "words\:word\:${list}" "files\:file\:${files.join("")}"}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
