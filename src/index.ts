/** The library's public names. No file of the library imports this one. */
export { configSchema, type Config, type ConfigInput } from "./config/config-schema.ts";
export { resolveConfig, type RunConfig } from "./config/run-config.ts";
export { readConfigFile } from "./config/config-file.ts";
export { ModelError, SysGenError, UsageError, type ModelErrorKind } from "./errors.ts";
export type { CallFailure, RowEnd, RunObserver, RunOptions, RunStart } from "./execution/observer.ts";
export { combineObservers } from "./telemetry/combine-observers.ts";
export { openEventLog, type EventLogOptions } from "./telemetry/event-log.ts";
export { openTelemetry } from "./telemetry/global-otel.ts";
export { recordRun, type RecordedEnd, type Recorder, type RecordRunOptions } from "./telemetry/record-run.ts";
export type { RunEvent } from "./telemetry/run-event.ts";
export { previewPipeline, type PreviewedRow } from "./pipeline/preview.ts";
export { runPipeline } from "./pipeline/run-pipeline.ts";
export {
  generate,
  type GeneratedDone,
  type GeneratedRejected,
  type GeneratedRow,
  type GeneratedRows,
  type GeneratedSummary,
  type GenerateOptions,
} from "./pipeline/generate-rows.ts";
export type { OwnParts, PipelineOptions } from "./pipeline/own-parts.ts";
export type { GateFinding, GatedResponse, OwnGate } from "./phases/own/own-gate.ts";
export type { GatePolicy } from "./phases/gates/gate.ts";
export type { AskModel, OwnPhase, PhaseRow, PhaseTools } from "./phases/own/own-phase.ts";
export type { ChatOptions, ChatReply, OwnModel } from "./models/own/own-model.ts";
export type { ChatMessage, ModelReply, Sampling } from "./models/model.ts";
export type { ChatTurn, OwnConversation, OwnFormat } from "./datasets/formats/own-format.ts";
export { RowError } from "./datasets/formats/format.ts";
export type { OwnMetric, ScoredRow } from "./analysis/own-metric.ts";
export type { DatasetRow, LineFacts } from "./runs/row-line.ts";
export { inspectDataset, type Inspection } from "./datasets/inspect.ts";
export { estimateRun, type EstimateOptions } from "./estimate/estimate.ts";
export type { Estimate } from "./estimate/report.ts";
export { analyzeRun, type AnalyzeOptions } from "./analysis/analyze.ts";
export { reportSchema, type Report } from "./analysis/report.ts";
export { metrics, scoreOf } from "./analysis/metrics/index.ts";
export type { Metric } from "./analysis/metrics/metric.ts";
export { openDataset, type Dataset, type DatasetEntry, type DatasetOptions } from "./datasets/index.ts";
export { readRunStatus, type RunStatus } from "./runs/status.ts";
export type { RunSummary } from "./runs/summary.ts";
export type { Example } from "./records/example.ts";
export type { Message, Role } from "./records/message.ts";
export { builtInFiles, type BuiltInFile } from "./phases/prompts/built-in-files.ts";
export type { PhaseName } from "./phases/index.ts";
/** The name of a call's purpose, such as `verify` or `judge-pair`. Any text. */
export type CallPhase = string;
export type { Done, GateRecord, Outcome, Rejected, RemovedPhrase } from "./records/outcome.ts";
export {
  inCanonicalOrder,
  tags,
  type Fault,
  type FaultReason,
  type Phrase,
  type Repair,
  type StandardTag,
  type Tag,
} from "./records/system-message/phrase.ts";
export { standardTags, tagSet, type OwnTag, type TagSet } from "./records/system-message/tag-set.ts";
export type { TagShare } from "./runs/tag-shares.ts";
export { parseTagged, type ParsedSystemMessage } from "./records/system-message/parse.ts";
export { renderTagged, renderUntagged } from "./records/system-message/render.ts";
export type { JudgedPhrase, Verdict } from "./records/verdict.ts";
export { judgeRun, type JudgeSummary } from "./evaluation/judge/judge-run.ts";
export { judgeOptionsSchema, resolveJudgeConfig, type JudgeConfig, type JudgeOptions } from "./evaluation/judge/config.ts";
export { judgeResultSchema, type JudgeResult } from "./evaluation/judge/result.ts";
export { rowVerdictsSchema, type RowVerdicts } from "./evaluation/judge/row-verdicts.ts";
export { evaluate, type EvaluateSummary } from "./evaluation/evaluate.ts";
export { evaluateOptionsSchema, resolveEvaluateConfig, type EvaluateConfig, type EvaluateOptions } from "./evaluation/evaluate-config.ts";
export { evaluateRecord, type BenchmarkRecord, type EvaluateRecord } from "./evaluation/evaluate-record.ts";
export { exportRun, type ExportOptions, type ExportSummary } from "./exports/export-run.ts";
export { writeHubFolder, type HubFolder, type HubFolderOptions } from "./exports/hub/hub-folder.ts";
export { parseSplit } from "./exports/split.ts";
export { parseSystemChoice, type Variant } from "./exports/variant.ts";
export { formatByName, formatNames } from "./datasets/formats/index.ts";
export type { Columns, Conversation, Format } from "./datasets/formats/format.ts";
export { knownSets, type KnownSet } from "./datasets/known-sets.ts";
