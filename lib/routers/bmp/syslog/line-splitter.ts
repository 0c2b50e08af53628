import { MAX_LINE_BYTES } from './syslog-message.ts'

/** A line, or the reason why received bytes are not a line. */
export type SyslogLineOrFault = { line: string } | { fault: 'oversized' | 'malformed' }

const [NEWLINE, SPACE, LESS_THAN] = [0x0a, 0x20, 0x3c]
/** Maximum number of digits of the length in front of a line. */
const LENGTH_DIGITS = 5
const NONE = new Uint8Array()

/**
 * Splits a TCP stream into syslog lines (RFC 6587). There are two forms: the length in front of the line (`93
 * <30>...`), or a newline at its end. The first byte of each line shows its form, so a router may mix them. After a
 * line that is too long or malformed, everything up to the next newline is skipped.
 */
export class LineSplitter {
  private waiting: Uint8Array = NONE
  private isSkipping = false

  /** Returns the last line, which has no end. It is called after the router has closed the connection. */
  rest(): SyslogLineOrFault | null {
    const bytes = this.waiting
    this.waiting = NONE
    return bytes.length > 0 && bytes[0] === LESS_THAN ? { line: decodeSyslogLine(bytes) } : null
  }

  *push(chunk: Uint8Array): Generator<SyslogLineOrFault> {
    let bytes = this.waiting.length === 0 ? chunk : Buffer.concat([this.waiting, chunk])
    for (;;) {
      if (this.isSkipping) {
        const end = bytes.indexOf(NEWLINE)
        if (end < 0) break
        this.isSkipping = false
        bytes = bytes.subarray(end + 1)
      }
      const frame = frameOf(bytes)
      if (frame === null) {
        this.waiting = Uint8Array.from(bytes)
        return
      }
      bytes = bytes.subarray(frame.bytes)
      if ('fault' in frame) {
        this.isSkipping = true
        yield { fault: frame.fault }
      } else if (frame.line !== '') yield { line: frame.line }
    }
    this.waiting = NONE
  }
}

type Frame = { bytes: number; line: string } | { bytes: number; fault: 'oversized' | 'malformed' }

/** Returns the next line in one of the two forms; null if it has not been received completely. */
function frameOf(bytes: Uint8Array): Frame | null {
  const [first] = bytes
  if (first === undefined) return null
  return isDigit(first) && first !== 0x30 ? countedFrame(bytes) : endedFrame(bytes)
}

function countedFrame(bytes: Uint8Array): Frame | null {
  const space = bytes.subarray(0, LENGTH_DIGITS + 1).indexOf(SPACE)
  const digits = space < 0 ? bytes.subarray(0, LENGTH_DIGITS) : bytes.subarray(0, space)
  if (!digits.every(isDigit)) return { bytes: 0, fault: 'malformed' }
  if (space < 0) return bytes.length > LENGTH_DIGITS ? { bytes: 0, fault: 'malformed' } : null
  const length = Number(decodeSyslogLine(digits))
  if (length > MAX_LINE_BYTES) return { bytes: 0, fault: 'oversized' }
  const end = space + 1 + length
  return bytes.length < end ? null : { bytes: end, line: decodeSyslogLine(bytes.subarray(space + 1, end)) }
}

function endedFrame(bytes: Uint8Array): Frame | null {
  const end = bytes.indexOf(NEWLINE)
  const length = end < 0 ? bytes.length : end
  if (length > MAX_LINE_BYTES) return { bytes: 0, fault: 'oversized' }
  return end < 0 ? null : { bytes: end + 1, line: decodeSyslogLine(bytes.subarray(0, end)) }
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39

/** Decodes a line as UTF-8 (RFC 5424 section 6.4) and removes the line break. Invalid bytes become U+FFFD. */
export const decodeSyslogLine = (bytes: Uint8Array): string =>
  new TextDecoder().decode(bytes).replace(/(?<![\r\n\0])[\r\n\0]+$/, '')
