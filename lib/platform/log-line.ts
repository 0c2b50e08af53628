import { scrub } from './secrets.ts'

/** Longest line of the log, in characters. */
const LINE = 8_192

/** Longest text in a line that is too long, in characters. */
const TEXT = 2_000

/** What is read beyond a cut, so that a secret that the cut goes through is masked before it. */
const BEYOND_CUT = 500

/**
 * A line of JSON as it is written: without secrets, and never longer than {@link LINE}. A longer one stays JSON: its texts are cut, and
 * `cut` says how many characters it had. What masking costs is bounded thereby, whatever a library puts into a message.
 */
export function writtenLine(line: string): string {
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
  // an error has a message and a stack
  return text.length <= 2 * TEXT + BEYOND_CUT ? short : cutText(text)
}

function cutText(text: string): string {
  if (text.length <= TEXT) return text
  return `${scrub(text.slice(0, TEXT + BEYOND_CUT)).slice(0, TEXT)}…`
}
