import { Writable } from 'node:stream'
import pino, { type Logger, type LoggerOptions } from 'pino'
import pretty from 'pino-pretty'
import { OutageLogLimiter } from './log-outage.ts'
import { getActiveSpanIds } from './tracing.ts'
import { maskSecretsInLine } from './secrets.ts'

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
 * Returns the paths of log fields whose values pino must replace, because they may contain secrets. A wildcard covers
 * only one level, so each name is listed for every depth that occurs in log calls.
 */
function redactedPaths(): string[] {
  return SECRET_KEYS.flatMap((key) => ['', '*', '*.*', '*.*.*'].map((prefix) => `${prefix}["${key}"]`))
}

/** Returns an error in pino's form, without the database client that pg's pool attaches to its errors. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { client: _, ...described } = pino.stdSerializers.err(error) as pino.SerializedError & { client?: unknown }
  return described
}

/**
 * Returns a function that pino calls before each line. It limits log lines about an outage of the database ({@link
 * OutageLogLimiter}).
 */
function limited(outages: OutageLogLimiter): NonNullable<LoggerOptions['hooks']>['logMethod'] {
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

/** Function that receives each written log line, with secrets masked. The export of logs uses it. */
type LineSink = (line: string) => void

const SINK = Symbol.for('peerwatch.log.sink')
type SinkHolder = { [SINK]?: LineSink | null }

/**
 * Copies every log line of this process to `sink`; null = no longer. The function is stored on globalThis, because a
 * web bundler can create several copies of this module.
 */
export function setLogLineCopyReceiver(sink: LineSink | null): void {
  ;(globalThis as SinkHolder)[SINK] = sink
}

function writtenAndCopied(line: string): string {
  const written = writtenLine(line)
  ;(globalThis as SinkHolder)[SINK]?.(written)
  return written
}

/**
 * Returns the ids of the current tracing span as log fields, with the names that OpenTelemetry defines; no fields if
 * there is no span.
 */
function spanFields(): object {
  const ids = getActiveSpanIds()
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
 * Creates a logger that writes to `destination` (default: standard output). It replaces the values of fields whose
 * names are usual for secrets, masks credentials in messages and errors, and truncates long lines. It also limits lines
 * about an outage of the database to one per component and minute.
 * @param environment contains LOG_LEVEL and LOG_FORMAT. An invalid value counts as the default, because the check of
 *   the environment already reports it
 */
export function createLogger(
  environment: Record<string, string | undefined>,
  destination: { write(line: string): unknown } = process.stdout,
  outages: OutageLogLimiter = new OutageLogLimiter(),
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
export const processLogger: Logger = createLogger(process.env)

/** Returns a logger whose lines contain the name of the component. */
export function createComponentLogger(component: string): Logger {
  return processLogger.child({ component })
}

/** Maximum length of a log line, in characters. */
const LINE = 8_192

/** Maximum length in characters of a single text in a line that must be shortened. */
const TEXT = 2_000

/**
 * Number of characters after the cut of a long text that are searched for secrets, too, before the text is cut.
 * Otherwise a secret that begins before the cut and ends after it would not be recognized and masked.
 */
const BEYOND_CUT = 500

/**
 * Returns a JSON log line as it is written: without secrets, and at most {@link LINE} characters long. In a longer line
 * the texts are shortened and `cut` contains the original length, so the line remains valid JSON. The limit also bounds
 * the time for masking, however long the messages of libraries are.
 */
function writtenLine(line: string): string {
  return maskSecretsInLine(line.length <= LINE ? line : `${JSON.stringify(shortened(line))}\n`)
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
  // a line has room for two shortened texts, because an error has a message and a stack
  return text.length <= 2 * TEXT + BEYOND_CUT ? short : cutText(text)
}

function cutText(text: string): string {
  if (text.length <= TEXT) return text
  return `${maskSecretsInLine(text.slice(0, TEXT + BEYOND_CUT)).slice(0, TEXT)}…`
}
