import { hash } from "node:crypto";
import { basename } from "node:path";
import { attempts } from "./attempts.ts";
import { lockWaitSeconds, shellWord, type Engine } from "./engine.ts";

/**
 * Kubernetes, https://kubernetes.io/docs/concepts/workloads/controllers/job/. A shard is an index
 * of an Indexed Job. `backoffLimitPerIndex` and `FailIndex` are stable from Kubernetes 1.33 on.
 */
export const kubernetes: Engine = {
  name: "kubernetes",
  file: "kubernetes.yaml",
  start: (path) => `kubectl apply -f ${shellWord(path)}`,
  script({ out, shards, codes }) {
    const { someFailed, usage, budget } = codes;
    const command = `sysgen run --shard env --out ${shellWord(out)} --wait-for-lock ${lockWaitSeconds} --quiet`;
    const lines = [...attempts(command, codes), `exit "$code"`].map((line) => `              ${line}`).join("\n");
    return `# A run in shards as an Indexed Job. This file is yours to edit: sysgen does not read it.
# All pods must see the run directory and the input under the paths that the plan has.
apiVersion: batch/v1
kind: Job
metadata:
  name: ${jobName(out)} # of the run directory, so that runs do not take each other's Job
spec:
  completionMode: Indexed
  completions: ${shards}
  parallelism: ${Math.min(shards, 8)} # pods at once
  backoffLimitPerIndex: 5
  podFailurePolicy:
    rules:
      - action: Ignore # a machine that is drained or lost is no failure of the shard
        onPodConditions:
          - type: DisruptionTarget
            status: "True"
      - action: FailIndex # usage (${usage}) and budget (${budget}) would come again, and rows that failed (${someFailed}) were tried twice
        onExitCodes:
          containerName: sysgen
          operator: In
          values: [${someFailed}, ${usage}, ${budget}]
  template:
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 120 # calls in flight are ended and kept
      containers:
        - name: sysgen
          image: sysgen # an image of yours with Node 20 and npm install -g sysgen
          # The shell is the first process of the pod, and gets the signal to end. It passes it on.
          command:
            - sh
            - -c
            - |
${lines}
          resources:
            requests:
              cpu: "1"
              memory: 1Gi
          # envFrom:
          #   - secretRef:
          #       name: model-keys # OPENAI_API_KEY
          volumeMounts:
            - name: runs
              mountPath: ${JSON.stringify(out)}
      volumes:
        - name: runs
          persistentVolumeClaim:
            claimName: sysgen-runs # many pods write: accessModes [ReadWriteMany]
`;
  },
};

/** A name of the run directory's Job. With the number of an index behind it, it names a host. */
function jobName(out: string): string {
  const words = basename(out)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 30)
    .replaceAll(/^-|-$/g, "");
  return ["sysgen", ...(words === "" ? [] : [words]), hash("sha1", out).slice(0, 8)].join("-");
}
