import { attempts } from "./attempts.ts";
import { lockWaitSeconds, shellWord, type Engine } from "./engine.ts";

/** Several processes on this machine. */
export const local: Engine = {
  name: "local",
  file: "local.sh",
  start: (path) => `bash ${shellWord(path)}`,
  script({ out, shards, program, codes }) {
    const command = `${program.map(shellWord).join(" ")} run --shard "$1/${shards}" --out ${shellWord(out)} --wait-for-lock ${lockWaitSeconds} --quiet`;
    return [
      "#!/usr/bin/env bash",
      "# A run in shards as processes of this machine. This file is yours to edit: sysgen does not read it.",
      "# How many shards are at work at once.",
      `at_once=\${AT_ONCE:-$(nproc 2> /dev/null || getconf _NPROCESSORS_ONLN)}`,
      `[ "$at_once" -ge 1 ] 2> /dev/null || at_once=1`,
      "",
      "shard() {",
      ...attempts(command, codes).map((line) => `  ${line}`),
      `  exit "$code"`,
      "}",
      "",
      "# SIGTERM and Ctrl-C end calls in flight, which are kept.",
      "stopped=; pids=(); worst=0",
      `trap 'stopped=1; signalled=1; kill -TERM $(jobs -rp) 2> /dev/null' TERM INT`,
      `for k in $(seq ${shards}); do`,
      `  while [ -z "$stopped" ] && [ "$(jobs -rp | wc -l)" -ge "$at_once" ]; do sleep 1; done`,
      `  [ -n "$stopped" ] && break`,
      `  shard "$k" >> ${shellWord(out)}/shards/log-"$k".txt 2>&1 & pids+=($!)`,
      "done",
      `for pid in "\${pids[@]}"; do`,
      `  until signalled=; wait "$pid"; code=$?; [ -z "$signalled" ]; do :; done`,
      `  [ "$code" -gt "$worst" ] && worst=$code`,
      "done",
      `exit "$worst"`,
      "",
    ].join("\n");
  },
};
