import type { EpochMs, LoggedLine } from '#lib/contract/index.ts'
import { readBgpLine } from './bgp-line.ts'
import { RouterClock } from './router-clock.ts'
import { readSyslogMessage } from './syslog-message.ts'

/** What a line was: of a session, of something else, or no syslog. */
type ReadLine = { is: 'session'; host: string | null; line: LoggedLine } | { is: 'other' | 'malformed' }

/** Of a line as it is kept. */
const MAX_KEPT = 400

/** Routers behind one sender, such as a relay, whose clocks are known at a time. */
const MAX_CLOCKS = 250

/** Reads the lines of one sender, in the order of their arrival: a router's clock is learned from all of its lines. */
export class SyslogReporter {
  private readonly clocks = new Map<string, RouterClock>()

  read(text: string, at: EpochMs): ReadLine {
    const message = readSyslogMessage(text, at)
    if (!message) return { is: 'malformed' }
    const notBefore = this.clockOf(message.host ?? '').notBefore(message.stated, at)
    const said = readBgpLine(message.text)
    if (!said) return { is: 'other' }
    return {
      is: 'session',
      host: message.host,
      line: { ...said, at, notBefore, text: printable(message.text).slice(0, MAX_KEPT) },
    }
  }

  private clockOf(host: string): RouterClock {
    const known = this.clocks.get(host)
    if (known) return known
    const oldest = this.clocks.keys().next()
    if (this.clocks.size >= MAX_CLOCKS && !oldest.done) this.clocks.delete(oldest.value)
    const clock = new RouterClock()
    this.clocks.set(host, clock)
    return clock
  }
}

/** Without characters that a terminal would act on, and those that a database does not take. */
const printable = (text: string) => text.replace(/\p{Cc}+/gu, ' ')
