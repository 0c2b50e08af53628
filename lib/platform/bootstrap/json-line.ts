import { maskCredentials } from './mask-credentials.ts'

/** Maximum number of characters of a log line that another program printed. Longer lines are truncated. */
const LONGEST_LINE = 8_192

/** Log levels of pino: 30 = info, 40 = warn, 50 = error. Every line of the log has one of these levels. */
const INFO = 30
const WARN = 40
export const ERROR_LEVEL = 50

/**
 * Pattern for lines that are errors of Next.js, Node.js or V8: `⨯`, `TypeError: ...` with the stack below it, `FATAL
 * ERROR: ...`, `Uncaught ...`.
 */
const BAD = /^\s*(⨯|[\w$.]*(Error|Exception)\b|at .+|Uncaught\b|FATAL ERROR\b|#\s*Fatal\b|Node\.js v\d)/
/**
 * Pattern for lines that are warnings: `⚠`, `(node:123) ExperimentalWarning: ...`, `Warning: ...`, and the hint that
 * Node.js prints below its own warnings.
 */
const ODD = /^\s*(⚠|\(node:\d+\)|\(Use `node --trace-|(?:\w[\w ]*)?\b[Ww]arning:)/

/**
 * Returns a line of a program's output as an entry of a JSON log. An entry of Peerwatch's own log is returned
 * unchanged. Any other line, for example of Node.js, becomes the message of an entry.
 * @param component part of Peerwatch whose process printed the line
 * @param line text without the line end
 * @param stream output stream that contained the line
 * @param level pino's log level; by default derived from the line and its stream
 */
export function toJsonLogLine(
  component: string,
  line: string,
  stream: 'stdout' | 'stderr' = 'stdout',
  level: number = levelOf(line, stream),
) {
  if (isJson(line)) return line
  const msg = maskCredentials(line.trim().slice(0, LONGEST_LINE))
  return JSON.stringify({ level, time: new Date().toISOString(), component, msg })
}

function levelOf(line: string, stream: 'stdout' | 'stderr') {
  if (ODD.test(line)) return WARN
  if (BAD.test(line)) return ERROR_LEVEL
  return stream === 'stderr' ? WARN : INFO
}

/**
 * Reports whether a line is an entry of Peerwatch's own log, that is, a JSON object. Objects as Node.js prints them (`{
 * code: 'ENOENT' }`) are not JSON.
 */
function isJson(line: string) {
  if (!line.startsWith('{"')) return false
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}
