import { maskCredentials } from './mask-credentials.ts'

/** Maximum number of characters of a log line that another program printed. Longer lines are truncated. */
const LONGEST_LINE = 8_192

/** Log levels of pino (30, 40, 50). Every line in the log has a level. */
const INFO = 30
const WARN = 40
export const ERROR = 50

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
 * Returns a line for a JSON log. A line of Peerwatch's own log is unchanged; a line of a library, Node.js or V8 becomes
 * the message of a log entry.
 * @param component part of Peerwatch that printed the line
 * @param line text without the line end
 * @param stream output stream that contained the line
 * @param level pino's log level; by default derived from the line and its stream
 */
export function jsonLine(
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
  if (BAD.test(line)) return ERROR
  return stream === 'stderr' ? WARN : INFO
}

/**
 * Reports whether a line belongs to Peerwatch's own log. Objects that Next.js prints (`{ code: 'ENOENT' }`) do not
 * match.
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
