import { isLoopback, type ParsedEnvironmentVariable, readChoice, readInteger } from './environment-values.ts'

/**
 * Protocol of the export to an OpenTelemetry collector. The exporters read some variables of the OpenTelemetry
 * specification themselves (headers, timeout, compression, certificates). This file checks only headers, timeout and
 * compression.
 */
export type OtlpProtocol = 'http/protobuf' | 'http/json'

type Signal = { protocol: OtlpProtocol }

type Batches = {
  maxQueueSize: number
  maxExportBatchSize: number
  scheduledDelayMillis: number
  exportTimeoutMillis: number
}

export interface TelemetrySettings {
  serviceName: string
  /** attributes that are added to all exported data, so that its source can be recognized */
  resource: Record<string, string>
  metrics: (Signal & { intervalMs: number; timeoutMs: number }) | null
  traces: (Signal & Batches & { sampler: { name: (typeof SAMPLERS)[number]; ratio: number } }) | null
  logs: (Signal & Batches) | null
}

const SIGNALS = ['METRICS', 'TRACES', 'LOGS'] as const
const PROTOCOLS = ['http/protobuf', 'http/json'] as const
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const
const MILLISECONDS = { min: 1, max: 3_600_000 }
const QUEUE = { min: 1, max: 65_536 }

/**
 * Reads and checks the environment variables of OpenTelemetry.
 * @param read reads one variable and records its fault
 * @returns telemetry: null = nothing is exported
 */
export function readTelemetry(
  read: <T, D>(name: string, whenUnset: D, reader: (text: string) => ParsedEnvironmentVariable<T>) => T | D,
): {
  telemetry: TelemetrySettings | null
  warnings: string[]
} {
  const isDisabled = read('OTEL_SDK_DISABLED', false, (text) => ({ value: text.toLowerCase() === 'true' }))
  const base = read('OTEL_EXPORTER_OTLP_ENDPOINT', null, readCollector)
  const protocol = read('OTEL_EXPORTER_OTLP_PROTOCOL', PROTOCOLS[0], readProtocol)
  const warnings: string[] = []
  readTransport(read, '')

  const signalOf = (signal: (typeof SIGNALS)[number]): Signal | null => {
    const endpoint = read(`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`, null, readCollector)
    const exporter = read(`OTEL_${signal}_EXPORTER`, null, (text) => readChoice(text, ['otlp', 'none']))
    const own = read(`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`, protocol, readProtocol)
    const hasHeaders =
      readTransport(read, `${signal}_`) || read('OTEL_EXPORTER_OTLP_HEADERS', false, () => ({ value: true }))
    const isWanted = exporter === 'otlp' || (exporter === null && (endpoint ?? base) !== null)
    if (isDisabled || !isWanted) return null
    const to = endpoint ?? base
    if (hasHeaders && to !== null && isPlainElsewhere(to)) {
      warnings.push(
        `OTEL_EXPORTER_OTLP_HEADERS: ${signal.toLowerCase()} go to ${to} in plain http, and the headers with them: use https`,
      )
    }
    return { protocol: own }
  }
  const [metrics, traces, logs] = SIGNALS.map(signalOf)

  const intervalMs = read('OTEL_METRIC_EXPORT_INTERVAL', 60_000, readMilliseconds)
  const timeoutMs = Math.min(intervalMs, read('OTEL_METRIC_EXPORT_TIMEOUT', 30_000, readMilliseconds))
  const name = read('OTEL_TRACES_SAMPLER', 'parentbased_always_on', (text) => readChoice(text, SAMPLERS))
  const ratio = read('OTEL_TRACES_SAMPLER_ARG', 1, readRatio)
  const spans = batchesOf(read, 'BSP', 5_000)
  const records = batchesOf(read, 'BLRP', 1_000)
  const resource = read<Record<string, string>, Record<string, string>>(
    'OTEL_RESOURCE_ATTRIBUTES',
    {},
    parseKeyValuePairs,
  )
  const serviceName = read('OTEL_SERVICE_NAME', null, (text) => ({ value: text }))
  if (!metrics && !traces && !logs) return { telemetry: null, warnings }
  return {
    telemetry: {
      serviceName: serviceName ?? resource['service.name'] ?? 'peerwatch',
      resource,
      metrics: metrics ? { ...metrics, intervalMs, timeoutMs } : null,
      traces: traces ? { ...traces, ...spans, sampler: { name, ratio } } : null,
      logs: logs ? { ...logs, ...records } : null,
    },
    warnings,
  }
}

/**
 * Checks variables that an exporter reads itself. Without this check, an invalid value would appear only in the
 * exporter's log.
 * @param signal name of a signal with an underscore at the end, for example `LOGS_`; empty = the variables for all
 *   signals
 * @returns true = headers are configured
 */
function readTransport(read: Parameters<typeof readTelemetry>[0], signal: string): boolean {
  read(`OTEL_EXPORTER_OTLP_${signal}TIMEOUT`, null, readMilliseconds)
  read(`OTEL_EXPORTER_OTLP_${signal}COMPRESSION`, null, (text) => readChoice(text, ['gzip', 'none']))
  return read(`OTEL_EXPORTER_OTLP_${signal}HEADERS`, null, parseKeyValuePairs) !== null
}

function batchesOf(read: Parameters<typeof readTelemetry>[0], prefix: 'BSP' | 'BLRP', delayMs: number): Batches {
  const size = (text: string) => readInteger(text, QUEUE)
  const maxQueueSize = read(`OTEL_${prefix}_MAX_QUEUE_SIZE`, 2_048, size)
  return {
    maxQueueSize,
    maxExportBatchSize: Math.min(maxQueueSize, read(`OTEL_${prefix}_MAX_EXPORT_BATCH_SIZE`, 512, size)),
    scheduledDelayMillis: read(`OTEL_${prefix}_SCHEDULE_DELAY`, delayMs, readMilliseconds),
    exportTimeoutMillis: read(`OTEL_${prefix}_EXPORT_TIMEOUT`, 30_000, readMilliseconds),
  }
}

const readMilliseconds = (text: string) => readInteger(text, MILLISECONDS)

function readProtocol(text: string): ParsedEnvironmentVariable<(typeof PROTOCOLS)[number]> {
  if (text === 'grpc') return { fault: '"grpc" is not spoken: use http/protobuf, for which collectors have port 4318' }
  return readChoice(text, PROTOCOLS)
}

function readCollector(text: string): ParsedEnvironmentVariable<string> {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !['http:', 'https:'].includes(url.protocol))
    return { fault: 'is not an address: write it like http://127.0.0.1:4318' }
  if (url.username !== '' || url.password !== '')
    return { fault: 'carries a user name or password: send these by OTEL_EXPORTER_OTLP_HEADERS' }
  return { value: text }
}

function isPlainElsewhere(endpoint: string) {
  const { protocol, hostname } = new URL(endpoint)
  return protocol === 'http:' && !isLoopback(hostname)
}

function readRatio(text: string): ParsedEnvironmentVariable<number> {
  const ratio = Number(text)
  return ratio >= 0 && ratio <= 1 ? { value: ratio } : { fault: `${JSON.stringify(text)} is not a number from 0 to 1` }
}

/**
 * Parses `key=value` pairs that are separated by commas, with percent-encoded values (W3C Baggage). A fault never shows
 * a value, because headers may be secret.
 */
export function parseKeyValuePairs(text: string): ParsedEnvironmentVariable<Record<string, string>> {
  const pairs: Record<string, string> = {}
  for (const pair of text.split(',')) {
    if (pair.trim() === '') continue
    const at = pair.indexOf('=')
    const key = pair.slice(0, at).trim()
    if (at < 1 || key === '') return { fault: 'is not a list of pairs: write it like key=value,other=value' }
    try {
      pairs[key] = decodeURIComponent(pair.slice(at + 1).trim())
    } catch {
      return { fault: `has a % in the value of ${key} that begins no percent escape (a % itself is %25)` }
    }
  }
  return { value: pairs }
}
