import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import type { LogRecordExporter } from '@opentelemetry/sdk-logs'
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import type { OtlpProtocol } from '../environment/telemetry.ts'
import type { ExportOutcomes } from './outcomes.ts'

/** The exporters read addresses, headers, timeouts and certificates from the environment, by the specification. Only those in use are loaded. */
export const exporters = {
  async metrics(protocol: OtlpProtocol, outcomes: ExportOutcomes): Promise<PushMetricExporter> {
    const { OTLPMetricExporter } =
      protocol === 'http/json'
        ? await import('@opentelemetry/exporter-metrics-otlp-http')
        : await import('@opentelemetry/exporter-metrics-otlp-proto')
    return counted('metrics', new OTLPMetricExporter(), outcomes)
  },
  async traces(protocol: OtlpProtocol, outcomes: ExportOutcomes): Promise<SpanExporter> {
    const { OTLPTraceExporter } =
      protocol === 'http/json'
        ? await import('@opentelemetry/exporter-trace-otlp-http')
        : await import('@opentelemetry/exporter-trace-otlp-proto')
    return counted('traces', new OTLPTraceExporter(), outcomes)
  },
  async logs(protocol: OtlpProtocol, outcomes: ExportOutcomes): Promise<LogRecordExporter> {
    const { OTLPLogExporter } =
      protocol === 'http/json'
        ? await import('@opentelemetry/exporter-logs-otlp-http')
        : await import('@opentelemetry/exporter-logs-otlp-proto')
    return counted('logs', new OTLPLogExporter(), outcomes)
  },
}

function counted<Exporter extends { export(items: never, done: (result: ExportResult) => void): void }>(
  signal: string,
  exporter: Exporter,
  outcomes: ExportOutcomes,
): Exporter {
  const send = exporter.export.bind(exporter)
  exporter.export = (items, done) =>
    send(items, (result) => {
      const failed = result.code !== ExportResultCode.SUCCESS
      outcomes.note(signal, failed ? (result.error ?? new Error('unknown')) : null)
      done(result)
    })
  return exporter
}
