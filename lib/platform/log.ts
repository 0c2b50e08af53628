import { Writable } from 'node:stream'
import pino, { type Logger, type LoggerOptions } from 'pino'
import pretty from 'pino-pretty'
import { OutageLimit } from './log-outage.ts'
import { activeSpanIds } from './tracing.ts'
import { scrub } from './secrets.ts'

export type { Logger }

const SECRET_KEYS = [
  'password',
  'secret',
  'token',
  'accessToken',
  'access_token',
  'refreshToken',
  'clientSecret',
  'client_secret',
  'authorization',
  'Authorization',
  'cookie',
  'set-cookie',
  'x-identity-header',
  'X-IDENTITY-HEADER',
  'connectionString',
  'serviceKey',
]

/**
 * Returns the paths of the fields that pino removes because they may contain secrets. A wildcard of pino covers only
 * one level, so each name is listed for all depths that log calls use.
 */
function redactedPaths(): string[] {
  return SECRET_KEYS.flatMap((key) => ['', '*', '*.*', '*.*.*'].map((prefix) => `${prefix}["${key}"]`))
}

/** Returns an error in the form in which pino writes it, without the database client that pg's pool attaches. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { client: _, ...described } = pino.stdSerializers.err(error) as pino.SerializedError & { client?: unknown }
  return described
}

/** Returns the hook that pino calls before each line. It limits log lines about an outage of the database. */
function limited(outages: OutageLimit): NonNullable<LoggerOptions['hooks']>['logMethod'] {
  return function write(given, method) {
    const [first, ...rest]: unknown[] = given
    const fields = first instanceof Error ? { err: first } : first
    const error = typeof fields === 'object' && fields !== null && 'err' in fields ? fields.err : null
    const note = error instanceof Error ? outages.note(String(this.bindings().component ?? ''), error) : undefined
    if (note === null) return
    if (note === undefined) return Reflect.apply(method, this, given)
    Reflect.apply(method, this, [{ ...(fields as object), ...note }, ...rest])
  }
}

/** Function that receives each log line as it is written, with secrets masked; used to export logs. */
type LineSink = (line: string) => void

const SINK = Symbol.for('peerwatch.log.sink')
type SinkHolder = { [SINK]?: LineSink | null }

/**
 * Copies every log line of this process to `sink`; null = stops copying. The sink is stored on globalThis, because a
 * web bundler can instantiate this module more than once.
 */
export function copyLinesTo(sink: LineSink | null): void {
  ;(globalThis as SinkHolder)[SINK] = sink
}

function writtenAndCopied(line: string): string {
  const written = writtenLine(line)
  ;(globalThis as SinkHolder)[SINK]?.(written)
  return written
}

/**
 * Returns the ids of the active tracing span, under the names that OpenTelemetry defines for logs in other formats; no
 * fields without a span.
 */
function spanFields(): object {
  const ids = activeSpanIds()
  return ids === null ? {} : { trace_id: ids.traceId, span_id: ids.spanId, trace_flags: ids.flags }
}

type Format = 'pretty' | 'json'

function chosenFormat(environment: Record<string, string | undefined>): Format {
  if (environment.LOG_FORMAT === 'pretty' || environment.LOG_FORMAT === 'json') return environment.LOG_FORMAT
  return process.stdout.isTTY ? 'pretty' : 'json'
}

function chosenLevel(environment: Record<string, string | undefined>): string {
  const level = environment.LOG_LEVEL ?? ''
  return level === 'silent' || Object.hasOwn(pino.levels.values, level) ? level : 'info'
}

/**
 * Creates a logger that writes to `destination` (default: standard output). It removes values with the usual names of
 * secrets, masks credentials inside messages and errors, truncates long lines, and limits lines about an outage of the
 * database to one per component and minute.
 * @param environment LOG_LEVEL and LOG_FORMAT are read; an invalid value is replaced by the default, because the check
 *   of the environment reports it
 */
export function createLogger(
  environment: Record<string, string | undefined>,
  destination: { write(line: string): unknown } = process.stdout,
  outages: OutageLimit = new OutageLimit(),
): Logger {
  const options: LoggerOptions = {
    level: chosenLevel(environment),
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: redactedPaths(), censor: '[redacted]' },
    mixin: spanFields,
    hooks: { streamWrite: writtenAndCopied, logMethod: limited(outages) },
    serializers: { err: describeError },
  }
  if (chosenFormat(environment) === 'json') return pino(options, destination)
  const colour = destination === process.stdout && Boolean(process.stdout.isTTY)
  const stream = pretty({
    sync: true,
    colorize: colour,
    translateTime: 'SYS:HH:MM:ss.l',
    messageFormat: (line, messageKey) =>
      `${line.component ? `${String(line.component)}: ` : ''}${String(line[messageKey])}`,
    ignore: 'component,trace_id,span_id,trace_flags',
    destination: destination === process.stdout ? 1 : writable(destination),
  })
  return pino(options, stream)
}

function writable(destination: { write(line: string): unknown }): NodeJS.WritableStream {
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      destination.write(String(chunk))
      done()
    },
  })
}

/** Logger of the process. Components use a child of it: `logger.child({ component: 'poller' })`. */
export const logger: Logger = createLogger(process.env)

/** Returns a logger whose lines contain the name of the component. */
export function componentLogger(component: string): Logger {
  return logger.child({ component })
}

/** Maximum length of a log line, in characters. */
const LINE = 8_192

/** Maximum length of a text inside a line that is too long, in characters. */
const TEXT = 2_000

/**
 * Number of characters beyond the limit that are also masked before a text is truncated, so that a secret across the
 * limit is recognized.
 */
const BEYOND_CUT = 500

/**
 * Returns a JSON log line as it is written: without secrets, and at most {@link LINE} characters long. A longer line
 * remains JSON: its texts are truncated, and `cut` is its original length. This also limits the time for masking,
 * whatever a library puts into a message.
 */
function writtenLine(line: string): string {
  return scrub(line.length <= LINE ? line : `${JSON.stringify(shortened(line))}\n`)
}

function shortened(line: string): Record<string, unknown> {
  const fields = fieldsOf(line)
  const cut = line.length
  const short = { ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, cutValue(value)])), cut }
  if (JSON.stringify(short).length <= LINE) return short
  const { level, time, component, msg } = fields
  return { level, time, component, msg: typeof msg === 'string' ? cutText(msg) : undefined, cut }
}

function fieldsOf(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line)
  } catch {
    return { msg: line }
  }
}

function cutValue(value: unknown): unknown {
  if (typeof value === 'string') return cutText(value)
  if (typeof value !== 'object' || value === null) return value
  const parts = Object.entries(value).map(([name, part]) => [name, typeof part === 'string' ? cutText(part) : part])
  const short = Array.isArray(value) ? value : Object.fromEntries(parts)
  const text = JSON.stringify(short)
  // this limit leaves room for two texts, because an error has a message and a stack
  return text.length <= 2 * TEXT + BEYOND_CUT ? short : cutText(text)
}

function cutText(text: string): string {
  if (text.length <= TEXT) return text
  return `${scrub(text.slice(0, TEXT + BEYOND_CUT)).slice(0, TEXT)}…`
}
