import type { EpochMs, LoggedLine } from '#lib/contract/index.ts'
import { readBgpLine } from './bgp-line.ts'
import { RouterClock } from './router-clock.ts'
import { readSyslogMessage } from './syslog-message.ts'

/** What a line was: of a session, of something else, or no syslog. */
export type ReadLine = { is: 'session'; host: string | null; line: LoggedLine } | { is: 'other' | 'malformed' }

/** Of a line as it is kept. */
const MAX_KEPT = 400

/** Reads the lines of one sender, in the order of their arrival: its clock is learned from all of them. */
export class SyslogReporter {
  private readonly clock = new RouterClock()

  read(text: string, at: EpochMs): ReadLine {
    const message = readSyslogMessage(text, at)
    if (!message) return { is: 'malformed' }
    const notBefore = this.clock.notBefore(message.stated, at)
    const said = readBgpLine(message.text)
    if (!said) return { is: 'other' }
    return {
      is: 'session',
      host: message.host,
      line: { ...said, at, notBefore, text: printable(message.text).slice(0, MAX_KEPT) },
    }
  }
}

/** Without characters that a terminal would act on, and those that a database does not take. */
const printable = (text: string) => text.replace(/\p{Cc}+/gu, ' ')
