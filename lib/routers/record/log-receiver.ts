import {
  type ArrivedLine,
  type ReasonOfSkippedSyslogLine,
  SyslogToReportConverter,
  type SyslogReceiver,
} from '#lib/routers/bmp/index.ts'
import type { EpochMs, RouterLogLine, RouterConnectionEndReason } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { Logger } from '#lib/platform/log.ts'
import { getCounter } from '#lib/platform/metrics.ts'
import { handleRouterChange } from './handle-router-change.ts'
import { retryWhileDatabaseFails } from './retry-while-database-fails.ts'
import { RefusedConnectionLogger } from './refusal-log.ts'
import {
  closeRouterConnection,
  extendRouterConnections,
  openRouterLog,
  recordRouterLog,
  type RouterConnectionKey,
} from '../store/index.ts'
import { RouterLimitError } from '../bmp/router-limit-error.ts'

const EXTEND_EVERY_MS = 5_000
/**
 * Minimum time between two log messages about faults of the same sender, milliseconds. All faults are counted in the
 * metrics.
 */
const FAULT_LOGGED_EVERY_MS = 60_000
/** Maximum number of senders that are remembered. The address of each must be allowed by ROUTERS_ALLOW. */
const MAX_SENDERS = 1_000
/**
 * Maximum number of routers of one sender, such as a relay. Lines of further routers are not recorded; they are counted
 * as `unplaced`.
 */
const MAX_ROUTERS = 250

const linesTotal = getCounter('peerwatch_syslog_lines_total', 'Lines of routers’ logs, by what they were', ['result'])

/**
 * Returns null if the error means that an address has too many routers, so that only the lines of further routers are
 * lost. Any other error is thrown.
 */
function nullAtLimit(error: unknown): null {
  if (error instanceof RouterLimitError) return null
  throw error
}

interface Log {
  key: RouterConnectionKey
  since: EpochMs
}

interface Sender {
  reporter: SyslogToReportConverter
  /** Logs of the sender by the host name in their lines; '' = the lines contain no name. */
  logs: Map<string, Log>
  /** Monotonic time of the last log message about a fault of this sender. */
  faultLoggedAt: number
}

/** Records changes of BGP sessions from the logs of routers. While the database is unavailable, the lines wait. */
export class RouterLogReceiver implements SyslogReceiver {
  private readonly db: Database
  private readonly log: Logger
  private readonly mostSenders: number
  private readonly senders = new Map<string, Sender>()
  private readonly refusals: RefusedConnectionLogger
  private readonly timer: NodeJS.Timeout
  private readonly stopped = new AbortController()

  constructor(db: Database, log: Logger, mostSenders = MAX_SENDERS) {
    this.db = db
    this.log = log
    this.mostSenders = mostSenders
    this.refusals = new RefusedConnectionLogger(log)
    this.timer = setInterval(() => void this.extend(), EXTEND_EVERY_MS)
  }

  async lines(address: string, lines: readonly ArrivedLine[]): Promise<void> {
    const sender = this.senderAt(address)
    const said = new Map<string, RouterLogLine[]>()
    for (const { at, text } of lines) {
      const read = sender.reporter.read(text, at)
      linesTotal.inc({ result: read.is })
      if (read.is === 'malformed') this.noteFault(address, read.is)
      if (read.is !== 'session') continue
      const name = read.host ?? ''
      const own = said.get(name)
      if (own) own.push(read.line)
      else said.set(name, [read.line])
    }
    try {
      for (const [name, own] of said) await this.record(address, sender, name, own)
    } catch (error) {
      if (!this.stopped.signal.aborted) this.log.error({ err: error, router: address }, 'lines were not recorded')
      throw error
    }
  }

  private async record(address: string, sender: Sender, name: string, said: readonly RouterLogLine[]): Promise<void> {
    const at = said[0]?.at ?? getDatabaseNow()
    const insist = <Result>(work: () => Promise<Result>) =>
      retryWhileDatabaseFails(work, { log: this.log, signal: this.stopped.signal })
    let known = sender.logs.get(name)
    if (!known) {
      const neighbors = [...new Set(said.map(({ neighbor }) => neighbor))]
      const key =
        sender.logs.size < MAX_ROUTERS
          ? await insist(() => openRouterLog(this.db.pool, { address, name, at, neighbors })).catch(nullAtLimit)
          : null
      if (key === null) {
        linesTotal.inc({ result: 'unplaced' }, said.length)
        return this.noteFault(address, 'dropped')
      }
      known = { key, since: at }
      sender.logs.set(name, known)
      this.log.info({ router: address, name }, "a router's log is read")
    }
    const { key, since } = known
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
    // this also applies if a line added only a reason, because a reason is new evidence, even if it arrives after the
    // report of the change
    const neighbors = sessions.flatMap(({ neighbor }) => neighbor ?? [])
    await insist(() => handleRouterChange(this.db.pool, key.routerId, last, neighbors))
  }

  /**
   * Ends the recording of a log after its router has begun to report by BMP, because later lines must be assigned to
   * the router that BMP reports. If the address sends the logs of several routers, the recording of the other logs
   * continues.
   */
  async reportsByBmp(address: string, stated: string): Promise<void> {
    const logs = this.senders.get(address)?.logs
    if (!logs) return
    const own = [...logs].filter(([name]) => logs.size === 1 || name === stated || name === '')
    for (const [name, { key }] of own) {
      logs.delete(name)
      await this.close(key, 'closed')
    }
  }

  skipped(address: string, why: ReasonOfSkippedSyslogLine, count: number): void {
    linesTotal.inc({ result: why }, count)
    this.noteFault(address, why)
  }

  refused(address: string, why: 'not_listed' | 'too_many', count: number): void {
    linesTotal.inc({ result: 'refused' }, count)
    this.refusals.note(address, why)
  }

  /** Stops waiting for an unavailable database. Lines that are not recorded are lost. */
  giveUp(): void {
    this.stopped.abort(new Error('the station stops'))
  }

  /** Records that all logs end now, because the station stops. */
  async stop(): Promise<void> {
    clearInterval(this.timer)
    this.giveUp()
    await Promise.all(this.open().map(({ key }) => this.close(key, 'stopped')))
  }

  private open(): Log[] {
    return [...this.senders.values()].flatMap(({ logs }) => [...logs.values()])
  }

  private senderAt(address: string): Sender {
    const known = this.senders.get(address)
    // move the sender to the end of the map, so that the sender without lines for the longest time is first
    this.senders.delete(address)
    const sender = known ?? {
      reporter: new SyslogToReportConverter(),
      logs: new Map<string, Log>(),
      faultLoggedAt: Number.NEGATIVE_INFINITY,
    }
    this.senders.set(address, sender)
    const [longestSilent] = this.senders
    if (this.senders.size > this.mostSenders && longestSilent) {
      this.senders.delete(longestSilent[0])
      for (const { key } of longestSilent[1].logs.values()) void this.close(key, 'closed')
    }
    return sender
  }

  private noteFault(address: string, why: ReasonOfSkippedSyslogLine): void {
    const sender = this.senderAt(address)
    const now = performance.now()
    if (now - sender.faultLoggedAt < FAULT_LOGGED_EVERY_MS) return
    sender.faultLoggedAt = now
    this.log.warn({ router: address, why }, 'lines of a log are skipped')
  }

  private async close({ connectionId }: RouterConnectionKey, ended: RouterConnectionEndReason): Promise<void> {
    try {
      await closeRouterConnection(this.db.pool, connectionId, { until: getDatabaseNow(), ended, detail: '' })
    } catch (error) {
      this.log.warn({ err: error }, 'the end of a log was not recorded; it counts as vanished')
    }
  }

  private async extend(): Promise<void> {
    const ids = this.open().map(({ key }) => key.connectionId)
    try {
      await extendRouterConnections(this.db.pool, ids, getDatabaseNow() - 1_000)
    } catch (error) {
      this.log.warn({ err: error }, 'not recorded; what routers report waits, and is tried again')
    }
  }
}
