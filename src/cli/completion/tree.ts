import type { Command, Option } from "commander";

/** What a shell offers in one place. */
export interface Offer {
  readonly words: readonly string[];
  /** Names of files, or of folders alone. Undefined for neither. */
  readonly paths?: "files" | "folders" | undefined;
}

export interface OfferedOption {
  readonly long: string;
  readonly short: string | undefined;
  readonly about: string;
  /** What may follow it. Undefined for a switch. */
  readonly value: Offer | undefined;
}

/** A command as completion sees it. */
export interface OfferedCommand {
  /** The words that name it, such as `["models", "pull"]`. Empty for the program. */
  readonly path: readonly string[];
  readonly about: string;
  readonly options: readonly OfferedOption[];
  readonly commands: readonly OfferedCommand[];
  /** What its first argument may be. */
  readonly argument: Offer;
}

/** What an option may be, by its key, and an argument, by its name in brackets, such as `<run>`. */
export type KnownValues = (name: string) => Offer | undefined;

/** The commands of a program, with what a shell may offer for them. */
export function offeredCommand(command: Command, known: KnownValues, path: readonly string[] = []): OfferedCommand {
  const [argument] = command.registeredArguments;
  const options = command.createHelp().visibleOptions(command);
  return {
    path,
    about: command.summary() || command.description(),
    options: options.flatMap((option) => offeredOption(option, known)),
    commands: command.commands.map((inner) => offeredCommand(inner, known, [...path, inner.name()])),
    argument:
      argument === undefined
        ? { words: [] }
        : argument.argChoices
          ? { words: argument.argChoices }
          : (known(`<${argument.name()}>`) ?? { words: [] }),
  };
}

function offeredOption(option: Option, known: KnownValues): OfferedOption[] {
  const { long, short, description } = option;
  if (!long) return [];
  const takesValue = option.required || option.optional;
  const value = option.argChoices ? { words: option.argChoices } : (known(option.attributeName()) ?? pathsOf(option.flags));
  return [{ long, short, about: description, value: takesValue ? value : undefined }];
}

/** What the placeholder of a flag says, such as `--out <dir>`. */
function pathsOf(flags: string): Offer {
  const placeholder = /<(.+)>/.exec(flags)?.[1] ?? "";
  return { words: [], paths: /^(?:dir|folder|run)$/.test(placeholder) ? "folders" : placeholder.startsWith("file") ? "files" : undefined };
}

/** A command and all below it. */
export function allCommands(command: OfferedCommand): OfferedCommand[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

/** The first words of a description, on one line. */
export function shortly(about: string): string {
  return about
    .replace(/\s+/g, " ")
    .replace(/ \(default: .*$/, "")
    .replace(/[;:.] .*$/, "");
}
