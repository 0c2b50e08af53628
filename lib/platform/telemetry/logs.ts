import { type LogRecord, ROOT_CONTEXT, SeverityNumber, trace } from '@opentelemetry/api'

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
export function logRecordOf(line: string): { component: string; record: LogRecord } | null {
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
