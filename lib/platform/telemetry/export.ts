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
import type { MetricFamily } from '../exposition.ts'
import { componentLogger, copyLinesTo, type Logger } from '../log.ts'
import { ownMetrics, type ProcessRole } from './process-metrics.ts'
import { setTracer } from '../tracing.ts'
import { producerOf } from './metrics.ts'
import { tracerOn, tracerProvider } from './traces.ts'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import { counter } from '../metrics.ts'

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
const MAX_POINTS = 5_000

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
        maxExportBatchSize: MAX_POINTS,
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

/** How often it is said that a collector takes nothing. */
const EVERY_MS = 60_000

const exportsTotal = () =>
  counter(
    'peerwatch_otlp_exports_total',
    'Requests of this process to an OpenTelemetry collector, by signal and outcome',
    ['signal', 'outcome'],
  )

/**
 * Counts what exports came to, and says at once that they fail, then once a minute, and that they succeed again. Its own lines are not
 * exported: each would be one more that can't be sent.
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

  /** What OpenTelemetry's own packages say of themselves, once a minute. */
  complain(message: string, now = Date.now()): void {
    if (now - this.#complainedAt < EVERY_MS) return
    this.#complainedAt = now
    this.#log.warn({ said: message.slice(0, 500) }, 'OpenTelemetry')
  }
}

/** pino's levels as OpenTelemetry numbers them. */
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
 * A line of the log as a record of OTLP: what was masked or cut in the line is so here, too.
 * @param line JSON as pino wrote it
 * @returns null for what is no line of the log
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

/** @source https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/ */
function exception({ type, message, stack }: LoggedError): Record<string, string> {
  const named = { 'exception.type': type, 'exception.message': message, 'exception.stacktrace': stack }
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
}

/** Values that backends can search by; what has parts is JSON. */
function plain(fields: Record<string, unknown>): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      if (value === null || value === undefined) return []
      return [[name, typeof value === 'object' ? JSON.stringify(value) : (value as string | number | boolean)]]
    }),
  )
}
