import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { diag, DiagLogLevel, type LogRecord, ROOT_CONTEXT, SeverityNumber, trace } from '@opentelemetry/api'
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
import type { MetricFamily } from '../metrics-exposition.ts'
import { createComponentLogger, setLogLineCopyReceiver, type Logger } from '../log.ts'
import { collectProcessMetrics, type ProcessRole } from './process-metrics.ts'
import { setProcessTracer } from '../tracing.ts'
import { createMetricProducer } from './metrics.ts'
import { createMaskingTracer, createTracerProvider } from './traces.ts'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import { getCounter } from '../metrics.ts'

/** Provider of the metrics about all polled resources. Only one process exports them. */
export interface EstateMetricsProvider {
  /** @returns the metrics; null = another process exports them */
  families: () => Promise<readonly MetricFamily[] | null>
}

export interface TelemetryExports {
  /** Sends the remaining data, for at most one second, and ends the export. It never rejects. */
  stop(): Promise<void>
}

/** Name of this component in the log. Its own log lines are not exported, because they are about the export itself. */
const COMPONENT = 'telemetry'
/**
 * Maximum time in milliseconds for sending the remaining data when the process ends. It is short, so that an
 * unavailable collector does not delay the end.
 */
const LAST_MS = 1_000
/**
 * Maximum number of data points in a request. The 50,000 series of a large network need ten requests of about 2 MB, a
 * size that every collector accepts.
 */
const MAX_POINTS = 5_000

interface Ending {
  shutdown(): Promise<void>
}

/**
 * Starts the exports that are configured. The tracer is not registered globally, so that other libraries do not create
 * spans.
 */
export async function exportTelemetry(
  role: ProcessRole,
  configured: Configured,
  estate: EstateMetricsProvider | undefined,
): Promise<TelemetryExports> {
  const outcomes = new ExportOutcomes(createComponentLogger(COMPONENT))
  const complain = (message: unknown) => outcomes.complain(message instanceof Error ? message.message : String(message))
  diag.setLogger(
    { error: complain, warn: complain, info() {}, debug() {}, verbose() {} },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
  // ignored, because failures of exporters are recorded where they occur
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
        maxExportBatchSize: MAX_POINTS,
        metricProducers: [producer],
      })
      endings.push(new MeterProvider({ resource, readers: [reader] }))
    }
    const own = resourceOf(configured, role)
    await export_(
      own,
      createMetricProducer(own, () => collectProcessMetrics(role), started),
    )
    if (estate) {
      const whole = resourceOf(configured, null)
      await export_(
        whole,
        createMetricProducer(whole, async () => (await estate.families()) ?? [], null),
      )
    }
  }
  if (traces) {
    const provider = createTracerProvider(
      resourceOf(configured, role),
      await exporters.traces(traces.protocol, outcomes),
      traces,
    )
    setProcessTracer(createMaskingTracer(provider.getTracer('peerwatch')))
    endings.push({
      shutdown() {
        setProcessTracer(null)
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
    setLogLineCopyReceiver((line) => {
      const read = logRecordOf(line)
      if (read && read.component !== COMPONENT) provider.getLogger(read.component).emit(read.record)
    })
    endings.push({
      shutdown() {
        setLogLineCopyReceiver(null)
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
 * Returns the OpenTelemetry resource, that is, the attributes that identify the sender of exported data. The metrics
 * about all polled resources have a fixed instance id, so that their series continue when another process exports them.
 * @param role role of this process; null = the metrics about all polled resources
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

/**
 * Functions that create the exporters. The code of an exporter is loaded only if it is used. Exporters read addresses,
 * headers, timeouts and certificates from the environment, as OpenTelemetry's specification requires.
 */
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

/** Minimum time in milliseconds between two log lines about a collector that fails. */
const EVERY_MS = 60_000

const exportsTotal = () =>
  getCounter(
    'peerwatch_otlp_exports_total',
    'Requests of this process to an OpenTelemetry collector, by signal and outcome',
    ['signal', 'outcome'],
  )

/**
 * Counter of successful and failed exports. It logs a failure immediately and then at most once a minute, and it logs
 * when exports work again. These log lines are not exported, because that would fail as well.
 */
class ExportOutcomes {
  readonly #log: Logger
  readonly #failing = new Map<string, { saidAt: number; since: number }>()
  #complainedAt = Number.NEGATIVE_INFINITY

  constructor(log: Logger) {
    this.#log = log
  }

  note(signal: string, error: Error | null, now = Date.now()): void {
    exportsTotal().inc({ signal, outcome: error ? 'failed' : 'ok' })
    const failing = this.#failing.get(signal)
    if (!error) {
      if (failing) this.#log.info({ signal }, 'the collector takes what is sent again')
      this.#failing.delete(signal)
      return
    }
    if (failing && now - failing.saidAt < EVERY_MS) {
      failing.since += 1
      return
    }
    const { name, message } = error
    this.#log.warn(
      { signal, error: message || name, ...(failing && failing.since > 0 && { suppressed: failing.since }) },
      'the collector does not take what is sent; what finds no room meanwhile is dropped',
    )
    this.#failing.set(signal, { saidAt: now, since: 0 })
  }

  /** Logs a message of the OpenTelemetry packages. At most one message per minute is logged. */
  complain(message: string, now = Date.now()): void {
    if (now - this.#complainedAt < EVERY_MS) return
    this.#complainedAt = now
    this.#log.warn({ said: message.slice(0, 500) }, 'OpenTelemetry')
  }
}

/** OpenTelemetry's severity number and text by pino's log level. */
const SEVERITY: Readonly<Record<number, [SeverityNumber, string]>> = {
  10: [SeverityNumber.TRACE, 'TRACE'],
  20: [SeverityNumber.DEBUG, 'DEBUG'],
  30: [SeverityNumber.INFO, 'INFO'],
  40: [SeverityNumber.WARN, 'WARN'],
  50: [SeverityNumber.ERROR, 'ERROR'],
  60: [SeverityNumber.FATAL, 'FATAL'],
}

interface LoggedError {
  type?: unknown
  message?: unknown
  stack?: unknown
}

/**
 * Converts a log line to an OpenTelemetry log record. The line is already masked and shortened.
 * @param line JSON as pino writes it
 * @returns null if the text is not a log line
 */
function logRecordOf(line: string): { component: string; record: LogRecord } | null {
  let fields: Record<string, unknown>
  try {
    fields = JSON.parse(line)
  } catch {
    return null
  }
  if (typeof fields !== 'object' || fields === null) return null
  const { level, time, component, msg, err, trace_id, span_id, trace_flags, ...rest } = fields
  const [severityNumber, severityText] = SEVERITY[Number(level)] ?? [SeverityNumber.UNSPECIFIED, '']
  const isTraced = typeof trace_id === 'string' && typeof span_id === 'string'
  return {
    component: typeof component === 'string' ? component : 'peerwatch',
    record: {
      severityNumber,
      severityText,
      body: typeof msg === 'string' ? msg : '',
      ...(typeof time === 'string' && { timestamp: Date.parse(time) }),
      attributes: { ...plain(rest), ...(isError(err) && exception(err)) },
      ...(isTraced && {
        context: trace.setSpanContext(ROOT_CONTEXT, {
          traceId: trace_id,
          spanId: span_id,
          traceFlags: Number.parseInt(String(trace_flags), 16),
        }),
      }),
    },
  }
}

const isError = (value: unknown): value is LoggedError => typeof value === 'object' && value !== null

/**
 * Returns the OpenTelemetry attributes of a logged error.
 * @source https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/
 */
function exception({ type, message, stack }: LoggedError): Record<string, string> {
  const named = { 'exception.type': type, 'exception.message': message, 'exception.stacktrace': stack }
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
}

/**
 * Returns the fields of a log line as attributes with simple values, because backends can search only for these.
 * Objects become JSON text.
 */
function plain(fields: Record<string, unknown>): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      if (value === null || value === undefined) return []
      return [[name, typeof value === 'object' ? JSON.stringify(value) : (value as string | number | boolean)]]
    }),
  )
}
