import { allCommands, type Offer, type OfferedCommand } from "./tree.ts";

/**
 * The completion of bash. It works from bash 3.2, which macOS has, and without the package
 * bash-completion.
 */
export function bashCompletion(program: OfferedCommand): string {
  const commands = allCommands(program);
  const known = commands.flatMap(({ path }) =>
    path.length === 0 ? [] : [`      "${path.slice(0, -1).join(" ")}|${path.at(-1)}") command="${path.join(" ")}" ;;`],
  );
  const values = commands.flatMap(({ path, options }) => {
    const byOffer = new Map<string, string[]>();
    for (const { long, short, value } of options) {
      if (value === undefined) continue;
      const names = byOffer.get(offer(value)) ?? [];
      byOffer.set(offer(value), [...names, ...(short ? [short] : []), long]);
    }
    return [...byOffer].map(
      ([offered, names]) => `    ${names.map((name) => `"${path.join(" ")}|${name}"`).join(" | ")}) ${offered}; return ;;`,
    );
  });
  const rest = commands.map(({ path, options, commands: inner, argument }) => {
    const flags = options.flatMap(({ long, short }) => [...(short ? [short] : []), long]);
    const words = [...inner.map(({ path: names }) => names.at(-1) ?? ""), ...argument.words];
    return `    "${path.join(" ")}")
      if [[ $cur == -* ]]; then ${offer({ words: flags })}; else ${offer({ ...argument, words })}; fi ;;`;
  });
  return `# Completion of sysgen for bash.
_sysgen_words() { COMPREPLY+=($(compgen -W "$1" -- "$cur")); }
_sysgen_paths() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY+=($(compgen "$1" -- "$cur"))
}
_sysgen() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command="" word
  # Bash gives --option=value in three words.
  if [[ $cur == "=" ]]; then cur=""
  elif [[ $prev == "=" ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$command|$word" in
${known.join("\n")}
    esac
  done
  COMPREPLY=()
  case "$command|$prev" in
${values.join("\n")}
  esac
  case "$command" in
${rest.join("\n")}
  esac
}
complete -F _sysgen sysgen
`;
}

function offer({ words, paths }: Offer): string {
  const parts = [
    ...(words.length > 0 ? [`_sysgen_words "${words.join(" ")}"`] : []),
    ...(paths === undefined ? [] : [`_sysgen_paths ${paths === "folders" ? "-d" : "-f"}`]),
  ];
  return parts.length > 0 ? parts.join("; ") : ":";
}
