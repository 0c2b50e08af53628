import { maskCredentials } from './mask-credentials.ts'

/** Characters of a line that is not our own */
const LONGEST_LINE = 8_192

/** Levels of pino, by which every line of the log says how bad it is. */
const INFO = 30
const WARN = 40
export const ERROR = 50

/** As Next, Node and V8 mark what is bad: `⨯`, `TypeError: ...` and the places below it, `FATAL ERROR: ...`, `Uncaught ...`. */
const BAD = /^\s*(⨯|[\w$.]*(Error|Exception)\b|at .+|Uncaught\b|FATAL ERROR\b|#\s*Fatal\b|Node\.js v\d)/
/** `⚠`, `(node:123) ExperimentalWarning: ...`, `Warning: ...`, and the hint that Node prints below its own. */
const ODD = /^\s*(⚠|\(node:\d+\)|\(Use `node --trace-|(?:\w[\w ]*)?\b[Ww]arning:)/

/**
 * A line of a log of JSON: a line of our own as it is; any other, which a library, Node or V8 printed, as the message of one.
 * @param component which part printed it
 * @param line without its end
 * @param stream that it was printed on
 * @param level not given = as bad as the line and its stream say
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

/** Whether it is a line of our own log. Objects that Next prints (`{ code: 'ENOENT' }`) are not. */
function isJson(line: string) {
  if (!line.startsWith('{"')) return false
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}
