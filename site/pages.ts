// The table of the site's pages. A page of docs/ that is not in it fails test/site.test.ts.

/** Groups of the sidebar. Each has its pages, as paths from the repository's root to their titles. */
export const groups: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Begin: {
    "README.md": "What sysgen does",
    "docs/install.md": "Install",
    "docs/tutorial.md": "Tutorial: from data to adapter",
    "docs/which-model.md": "Which model",
    "docs/costs.md": "How long and how much",
  },
  Use: {
    "docs/running.md": "A run",
    "docs/cli.md": "The command line",
    "docs/configuration.md": "The configuration file",
    "docs/formats.md": "Files, formats, exports",
    "docs/servers.md": "Servers and their flags",
    "docs/endpoints.md": "Endpoints",
    "docs/embedded.md": "The embedded engine",
    "docs/customize.md": "Make it your own",
    "docs/library.md": "The library",
    "docs/python.md": "From Python",
    "docs/scale.md": "Many machines",
    "docs/batch.md": "Batch APIs",
  },
  Look: {
    "docs/viewer.md": "The viewer",
    "docs/analysis.md": "What a report says",
    "docs/report.md": "The report page",
    "docs/judge.md": "Judging a run",
    "docs/observability.md": "Logs and OpenTelemetry",
  },
  "Train and evaluate": {
    "docs/training.md": "Training a model",
    "docs/evaluation.md": "Evaluating a model",
    "docs/ifeval.md": "IFEval and S-IFEval",
    "docs/experiment.md": "Experiments",
  },
  Inside: {
    "docs/method.md": "The method",
    "docs/run-directory.md": "The run directory",
    "docs/security.md": "Security",
    "docs/architecture.md": "Architecture",
    "bench/README.md": "Benchmarks",
    "CONTRIBUTING.md": "Contributing",
    "CHANGELOG.md": "Changelog",
  },
  Help: {
    "docs/troubleshooting.md": "Troubleshooting",
    "docs/glossary.md": "Glossary",
  },
  Decisions: {
    "docs/decisions/0001-journal-as-lines.md": "The journal as lines",
    "docs/decisions/0002-json-arrays.md": "JSON arrays",
    "docs/decisions/0003-node-llama-cpp-optional.md": "The engine is optional",
    "docs/decisions/0004-near-duplicates.md": "Near-duplicates",
    "docs/decisions/0005-csv-and-parquet.md": "CSV and Parquet",
    "docs/decisions/0006-no-prefix-affinity.md": "No prefix affinity",
    "docs/decisions/0007-viewer-without-a-search-index.md": "A viewer without an index",
    "docs/decisions/0008-what-a-user-installs.md": "What a user installs",
  },
};

/** Every page of the site, in the sidebar's order. */
export const pages: readonly string[] = Object.values(groups).flatMap((group) => Object.keys(group));
