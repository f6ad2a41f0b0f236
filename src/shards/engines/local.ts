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
      `at_once=\${AT_ONCE:-$(nproc)}`,
      "",
      "shard() (",
      ...attempts(command, codes).map((line) => `  ${line}`),
      `  exit "$code"`,
      ")",
      "",
      "# SIGTERM and Ctrl-C end calls in flight, which are kept.",
      "stopped_all=; pids=(); failed=0",
      `trap 'stopped_all=1; kill -TERM "\${pids[@]}" 2> /dev/null' TERM INT`,
      `for k in $(seq ${shards}); do`,
      `  while [ "$(jobs -rp | wc -l)" -ge "$at_once" ]; do wait -n || true; done`,
      `  [ -n "$stopped_all" ] && break`,
      `  shard "$k" >> ${shellWord(out)}/shards/log-"$k".txt 2>&1 & pids+=($!)`,
      "done",
      `for pid in "\${pids[@]}"; do`,
      `  wait "$pid" || failed=$?`,
      `  while kill -0 "$pid" 2> /dev/null; do wait "$pid" || failed=$?; done`,
      "done",
      `exit "$failed"`,
      "",
    ].join("\n");
  },
};
