import type { TaskCodes } from "./engine.ts";

/**
 * Lines of a shell script that run one command at most three times. A process that dies is tried
 * again, because schedulers queue a task again for lost machines alone. SIGTERM goes on to sysgen,
 * which ends calls in flight and keeps them. Exit codes that would come again end the task.
 * @param command Words for the shell, ready to be run.
 */
export function attempts(command: string, { usage, budget, nothing }: TaskCodes): string[] {
  return [
    `# A process that dies is tried again here. Exit codes ${usage} (usage) and ${budget} (budget) would come again.`,
    `# Code ${nothing} says that no row of the shard is in the dataset, which is no fault.`,
    "stopped=; code=1",
    `trap 'stopped=1; kill -TERM "$task" 2> /dev/null' TERM INT`,
    "for try in 1 2 3; do",
    `  ${command} & task=$!`,
    `  wait "$task"; code=$?`,
    `  while kill -0 "$task" 2> /dev/null; do wait "$task"; code=$?; done`,
    `  case $code in 0 | ${nothing}) code=0; break ;; ${usage} | ${budget}) break ;; esac`,
    `  [ -n "$stopped" ] && break`,
    `  echo "try $try ended with code $code" >&2`,
    "done",
  ];
}
