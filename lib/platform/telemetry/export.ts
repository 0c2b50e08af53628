import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { diag, DiagLogLevel } from '@opentelemetry/api'
import { setGlobalErrorHandler, type ExportResult, ExportResultCode } from '@opentelemetry/core'
import { defaultResource, resourceFromAttributes, type Resource } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs'
import {
  MeterProvider,
  type MetricProducer,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics'
import type { TelemetrySettings as Configured, OtlpProtocol } from '../environment/telemetry.ts'
import type { MetricFamily } from '../exposition.ts'
import { componentLogger, copyLinesTo } from '../log.ts'
import { ownMetrics, type ProcessRole } from './process-metrics.ts'
import { setTracer } from '../tracing.ts'
import { logRecordOf } from './logs.ts'
import { producerOf } from './metrics.ts'
import { ExportOutcomes } from './outcomes.ts'
import { tracerOn, tracerProvider } from './traces.ts'
import type { SpanExporter } from '@opentelemetry/sdk-trace'

/** What the whole estate is, for the one process that exports it. */
export interface EstateExport {
  /** @returns null while another process exports it */
  families: () => Promise<readonly MetricFamily[] | null>
}

export interface Telemetry {
  /** Sends what is left, for a second at most, and ends. Never rejects. */
  stop(): Promise<void>
}

/** Whose lines are not exported: those of the export itself. */
const COMPONENT = 'telemetry'
/** What is sent last may take so long; a collector that is away must not hold up the end. */
const LAST_MS = 1_000
/** Points of a request: an estate of 50,000 series is ten, each some 2 MB, which every collector takes. */
const MOST_POINTS = 5_000

interface Ending {
  shutdown(): Promise<void>
}

/** Starts the export of what is configured. Nothing of it is registered globally: libraries that would trace find no tracer. */
export async function exportTelemetry(
  role: ProcessRole,
  configured: Configured,
  estate: EstateExport | undefined,
): Promise<Telemetry> {
  const outcomes = new ExportOutcomes(componentLogger(COMPONENT))
  const complain = (message: unknown) => outcomes.complain(message instanceof Error ? message.message : String(message))
  diag.setLogger(
    { error: complain, warn: complain, info() {}, debug() {}, verbose() {} },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
  // the exporters' failures are noted where they happen
  setGlobalErrorHandler(() => {})
  const { metrics, traces, logs } = configured
  const endings: Ending[] = []

  if (metrics) {
    const started = Date.now() - process.uptime() * 1_000
    const export_ = async (resource: Resource, producer: MetricProducer) => {
      const reader = new PeriodicExportingMetricReader({
        exporter: await exporters.metrics(metrics.protocol, outcomes),
        exportIntervalMillis: metrics.intervalMs,
        exportTimeoutMillis: metrics.timeoutMs,
        maxExportBatchSize: MOST_POINTS,
        metricProducers: [producer],
      })
      endings.push(new MeterProvider({ resource, readers: [reader] }))
    }
    const own = resourceOf(configured, role)
    await export_(
      own,
      producerOf(own, () => ownMetrics(role), started),
    )
    if (estate) {
      const whole = resourceOf(configured, null)
      await export_(
        whole,
        producerOf(whole, async () => (await estate.families()) ?? [], null),
      )
    }
  }
  if (traces) {
    const provider = tracerProvider(
      resourceOf(configured, role),
      await exporters.traces(traces.protocol, outcomes),
      traces,
    )
    setTracer(tracerOn(provider.getTracer('peerwatch')))
    endings.push({
      shutdown() {
        setTracer(null)
        return provider.shutdown()
      },
    })
  }
  if (logs) {
    const { protocol, ...batches } = logs
    const exporter = await exporters.logs(protocol, outcomes)
    const provider = new LoggerProvider({
      resource: resourceOf(configured, role),
      processors: [new BatchLogRecordProcessor({ exporter, ...batches })],
    })
    copyLinesTo((line) => {
      const read = logRecordOf(line)
      if (read && read.component !== COMPONENT) provider.getLogger(read.component).emit(read.record)
    })
    endings.push({
      shutdown() {
        copyLinesTo(null)
        return provider.shutdown()
      },
    })
  }
  return {
    async stop() {
      const ended = Promise.allSettled(endings.map((ending) => ending.shutdown()))
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, LAST_MS)
      await Promise.race([ended, promise])
      clearTimeout(timer)
    },
  }
}

/**
 * Who sends. The figures of the whole estate have an instance of their own, so that their series go on when another process sends them.
 * @param role null = the whole estate
 * @source https://opentelemetry.io/docs/specs/semconv/resource/ (service.*, host.name, process.pid)
 */
function resourceOf({ serviceName, resource }: Configured, role: ProcessRole | null): Resource {
  const version = (
    JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }
  ).version
  const own = role === null ? {} : { 'host.name': hostname(), 'process.pid': process.pid }
  const instance =
    role === null
      ? { 'service.instance.id': 'estate' }
      : { 'service.instance.id': `${hostname()}:${process.pid}`, 'peerwatch.process.role': role }
  return defaultResource().merge(
    resourceFromAttributes({
      'service.version': version,
      ...own,
      ...resource,
      ...instance,
      'service.name': serviceName,
    }),
  )
}

/** The exporters read addresses, headers, timeouts and certificates from the environment, by the specification. Only those in use are loaded. */
const exporters = {
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
