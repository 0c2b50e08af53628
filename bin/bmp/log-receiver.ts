import { type ArrivedLine, type SkippedLine, SyslogReporter, type SyslogReceiver } from '#lib/bmp/index.ts'
import type { EpochMs, LoggedLine, RouterConnectionEnd } from '#lib/contract/index.ts'
import {
  closeRouterConnection,
  extendRouterConnections,
  openRouterLog,
  recordRouterLog,
  type RouterConnectionKey,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { Logger } from '#lib/platform/log.ts'
import { counter } from '#lib/platform/metrics.ts'
import { routerChanged } from '#lib/poller/router-changed.ts'
import { insistOn } from './insist.ts'
import { Refusals } from './refusals.ts'

const EXTEND_EVERY_MS = 5_000
/** Lines that could not be read are logged by the first of them, and counted. */
const FAULT_LOGGED_EVERY_MS = 60_000
/** Senders that are remembered; each has an address that ROUTERS_ALLOW lists. */
const MOST_SENDERS = 1_000

const linesTotal = counter('peerwatch_syslog_lines_total', 'Lines of routers’ logs, by what they were', ['result'])

interface Sender {
  reporter: SyslogReporter
  /** null = it has said nothing of a session yet */
  key: RouterConnectionKey | null
  since: EpochMs
  faultLoggedAt: EpochMs
}

/** Records what the logs of routers say of their sessions. While the database is away, lines wait. */
export class LogReceiver implements SyslogReceiver {
  private readonly db: Database
  private readonly log: Logger
  private readonly senders = new Map<string, Sender>()
  private readonly refusals: Refusals
  private readonly timer: NodeJS.Timeout
  private readonly stopped = new AbortController()

  constructor(db: Database, log: Logger) {
    this.db = db
    this.log = log
    this.refusals = new Refusals(log)
    this.timer = setInterval(() => void this.extend(), EXTEND_EVERY_MS)
  }

  async lines(address: string, lines: readonly ArrivedLine[]): Promise<void> {
    const sender = this.senderAt(address)
    const said: LoggedLine[] = []
    let host: string | null = null
    for (const { at, text } of lines) {
      const read = sender.reporter.read(text, at)
      linesTotal.inc({ result: read.is })
      if (read.is === 'malformed') this.noteFault(address, read.is)
      if (read.is !== 'session') continue
      host ??= read.host
      said.push(read.line)
    }
    const [first] = said
    if (!first) return
    try {
      await this.record(address, sender, { host, at: first.at }, said)
    } catch (error) {
      if (!this.stopped.signal.aborted) this.log.error({ err: error, router: address }, 'lines were not recorded')
      throw error
    }
  }

  private async record(
    address: string,
    sender: Sender,
    { host, at }: { host: string | null; at: EpochMs },
    said: readonly LoggedLine[],
  ): Promise<void> {
    const insist = <Result>(work: () => Promise<Result>) =>
      insistOn(work, { log: this.log, signal: this.stopped.signal })
    if (sender.key === null) {
      sender.key = await insist(() => openRouterLog(this.db.pool, { address, name: host ?? '', at }))
      sender.since = at
      this.log.info({ router: address, name: host }, "a router's log is read")
    }
    const { key, since } = sender
    const { sessions, unplaced } = await insist(() => recordRouterLog(this.db, key, since, said))
    for (const session of sessions) this.log.info({ router: address, ...session, by: 'syslog' }, 'session')
    if (unplaced > 0) {
      linesTotal.inc({ result: 'unplaced' }, unplaced)
      this.log.warn(
        { router: address, lines: unplaced },
        'several VRFs have this neighbor, and the log does not say which',
      )
    }
    const last = said.at(-1)?.at ?? at
    // a reason that arrives after the report that it belongs to is evidence, too
    await insist(() => routerChanged(this.db.pool, key.routerId, last))
  }

  /** A router has begun to report by BMP: from now on its lines are those of that router. */
  async reportsByBmp(address: string): Promise<void> {
    const sender = this.senders.get(address)
    if (!sender?.key) return
    const { key } = sender
    sender.key = null
    await this.close(key, 'closed')
  }

  skipped(address: string, why: SkippedLine): void {
    linesTotal.inc({ result: why })
    this.noteFault(address, why)
  }

  refused(address: string, why: 'not_listed' | 'too_many'): void {
    linesTotal.inc({ result: 'refused' })
    this.refusals.note(address, why)
  }

  /** Ends what is recorded as observed. */
  async stop(): Promise<void> {
    clearInterval(this.timer)
    this.stopped.abort(new Error('the station stops'))
    await Promise.all([...this.senders.values()].map(({ key }) => key && this.close(key, 'stopped')))
  }

  private senderAt(address: string): Sender {
    const known = this.senders.get(address)
    if (known) return known
    const oldest = this.senders.keys().next()
    if (this.senders.size >= MOST_SENDERS && !oldest.done) this.senders.delete(oldest.value)
    const sender = { reporter: new SyslogReporter(), key: null, since: 0, faultLoggedAt: 0 }
    this.senders.set(address, sender)
    return sender
  }

  private noteFault(address: string, why: SkippedLine): void {
    const sender = this.senderAt(address)
    const now = Date.now()
    if (now - sender.faultLoggedAt < FAULT_LOGGED_EVERY_MS) return
    sender.faultLoggedAt = now
    this.log.warn({ router: address, why }, 'lines of a log are skipped')
  }

  private async close({ connectionId }: RouterConnectionKey, ended: RouterConnectionEnd): Promise<void> {
    try {
      await closeRouterConnection(this.db.pool, connectionId, { until: Date.now(), ended, detail: '' })
    } catch (error) {
      this.log.warn({ err: error }, 'the end of a log was not recorded; it counts as vanished')
    }
  }

  private async extend(): Promise<void> {
    const ids = [...this.senders.values()].flatMap(({ key }) => (key ? [key.connectionId] : []))
    try {
      await extendRouterConnections(this.db.pool, ids, Date.now() - 1_000)
    } catch (error) {
      this.log.warn({ err: error }, 'the database does not answer; what routers report waits')
    }
  }
}
