import { pausesS, type TaskCodes } from "./engine.ts";

/**
 * Lines of a POSIX shell that run one command until its shard is through, at most six times. A
 * process that dies is tried again, because schedulers queue a task again for lost machines alone.
 * So is one that lacked a server or room on the disk. SIGTERM goes on to sysgen, which ends calls
 * in flight and keeps them. At the end `code` holds the exit code.
 *
 * The signal goes to `$!`, because the shell sets it together with the start. A variable would be
 * set a step later, and a signal between the two would reach nobody. A pause is of short sleeps,
 * because a signal can get lost in a process that is just being started.
 * @param command Words for the shell, ready to be run.
 */
export function attempts(command: string, { someFailed, usage, budget, nothing }: TaskCodes): string[] {
  return [
    "# What ends badly is tried again, after a pause in seconds that grows.",
    `# Exit codes ${usage} (usage) and ${budget} (budget) would come again. Rows that failed (${someFailed}) are tried once more.`,
    `# Code ${nothing} says that no row of the shard is in the dataset, which is no fault.`,
    "stopped=; failed=; pausing=; code=130",
    `trap 'stopped=1; signalled=1; [ -n "$pausing" ] || kill -TERM "$!" 2> /dev/null' TERM INT`,
    `for pause in ${pausesS.join(" ")} last; do`,
    `  [ -n "$stopped" ] && break`,
    `  ${command} &`,
    `  [ -n "$stopped" ] && kill -TERM "$!" 2> /dev/null`,
    "  # A signal ends the wait, and sysgen goes on until its calls in flight have ended.",
    `  until signalled=; wait "$!"; code=$?; [ -z "$signalled" ]; do :; done`,
    `  case $code in 0 | ${nothing}) code=0; break ;; ${usage} | ${budget}) break ;; esac`,
    `  if [ "$code" -eq ${someFailed} ]; then [ -n "$failed" ] && break; failed=1; fi`,
    `  if [ -n "$stopped" ] || [ "$pause" = last ]; then break; fi`,
    `  echo "ended with code $code, and is tried again in $pause s" >&2`,
    "  pausing=1; left=$pause",
    `  while [ -z "$stopped" ] && [ "$left" -gt 0 ]; do sleep 1; left=$((left - 1)); done`,
    "  pausing=",
    "done",
  ];
}
