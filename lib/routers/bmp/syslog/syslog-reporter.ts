import type { EpochMs, RouterLogLine } from '#lib/contract/index.ts'
import { parseBgpLogLine } from './bgp-line.ts'
import { RouterClockEstimator } from './router-clock.ts'
import { parseSyslogMessage } from './syslog-message.ts'

/**
 * Result of reading a line: `session` = it is about a BGP session, `other` = it is about something different,
 * `malformed` = it is not syslog.
 */
type ReadLine = { is: 'session'; host: string | null; line: RouterLogLine } | { is: 'other' | 'malformed' }

/** Maximum number of characters of a line's text that are stored. */
const MAX_KEPT = 400

/** Maximum number of routers of one sender whose clocks are remembered. A relay sends the lines of many routers. */
const MAX_CLOCKS = 250

/**
 * Reads the lines of one sender. It must get all lines in the order of their arrival, because it learns each router's
 * clock from them.
 */
export class SyslogToReportConverter {
  private readonly clocks = new Map<string, RouterClockEstimator>()

  read(text: string, at: EpochMs): ReadLine {
    const message = parseSyslogMessage(text, at)
    if (!message) return { is: 'malformed' }
    const notBefore = this.clockOf(message.host ?? '').notBefore(message.stated, at)
    const said = parseBgpLogLine(message.text)
    if (!said) return { is: 'other' }
    return {
      is: 'session',
      host: message.host,
      line: { ...said, at, notBefore, text: printable(message.text).slice(0, MAX_KEPT) },
    }
  }

  private clockOf(host: string): RouterClockEstimator {
    const known = this.clocks.get(host)
    if (known) return known
    const oldest = this.clocks.keys().next()
    if (this.clocks.size >= MAX_CLOCKS && !oldest.done) this.clocks.delete(oldest.value)
    const clock = new RouterClockEstimator()
    this.clocks.set(host, clock)
    return clock
  }
}

/**
 * Replaces control characters by spaces, because terminals would execute them and the database rejects some of them.
 */
const printable = (text: string) => text.replace(/\p{Cc}+/gu, ' ')
