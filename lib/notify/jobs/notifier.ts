import { setTimeout as delay } from 'node:timers/promises'
import { deletionTime } from '#lib/history/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { pruneAlerts } from '../store/alerts.ts'
import { AlertingMonitor } from './alerts/alerting-monitor.ts'
import type { ScopedReading } from './alerts/audience.ts'
import { encryptStoredAddresses } from '../channel-address.ts'
import type { IncidentReading, NotifyContext } from '../context.ts'
import { decideDue } from './alerts/decider.ts'
import { Deliverer } from './outbox/deliver.ts'
import { INBOUND_WINDOW_MS } from '../inbound/receive.ts'
import { pruneRequests } from '../store/inbound-requests.ts'
import { pruneLog } from '../store/outbox.ts'
import type { SecretBox } from '../secret-box.ts'
import type { Send } from './outbox/send.ts'
import { defaultNotifySettings, type NotifySettings } from '../settings.ts'
import { watchCollector } from './alerts/watchdog.ts'

export interface NotifierOptions {
  db: Database
  send: Send
  secrets: SecretBox
  /** queries for channels with a scope; they use connections to the same database */
  scoped: ScopedReading
  incidents: IncidentReading
  clock?: Clock
  settings?: NotifySettings
}

export interface Notifier {
  /** Stops starting new attempts, and waits for attempts in progress for at most `graceMs`. Never rejects. */
  stop(graceMs?: number): Promise<void>
}

/** Pause in milliseconds between two ticks. A tick is cheap: a few queries of small indexes. */
const TICK_MS = 1_000
const AFTER_FAILURE_MS = 5_000
const PRUNE_EVERY_MS = 60 * 60_000

/**
 * Evaluates alerts, watches for missing data and delivers messages until it is stopped. Several processes may run on
 * one database: only one of them decides at a time, and each message is sent by one process.
 */
export function startNotifier({
  db,
  send,
  secrets,
  scoped,
  incidents,
  clock = databaseClock,
  settings = defaultNotifySettings,
}: NotifierOptions): Notifier {
  const log = componentLogger('notify')
  const stopping = new AbortController()
  const { signal } = stopping
  const context: NotifyContext = { db, clock, settings, scoped, incidents }
  const deliverer = new Deliverer({ ...context, send, log, random: Math.random })
  let watchingSince = clock.now()
  const watch = every(clock, settings['noData.check'], () => {
    // uses the earlier time, because the clock may have been set back in the meantime
    watchingSince = Math.min(watchingSince, clock.now())
    return watchCollector(context, watchingSince)
  })
  const prune = every(clock, PRUNE_EVERY_MS, async () => {
    // addresses are sealed (encrypted) at the start and repeatedly, because a process of version 0.2.0 may store an
    // unencrypted address
    const sealed = await encryptStoredAddresses(db, secrets)
    if (sealed > 0) log.info({ channels: sealed }, 'addresses of channels are sealed now')
    const aged = await deletionTime(db.pool)
    if (aged === null) return
    await pruneLog(db.pool, aged - settings['log.retention'])
    await pruneAlerts(db.pool, aged - settings['log.retention'])
    await pruneRequests(db.pool, aged - 2 * INBOUND_WINDOW_MS)
  })

  const tick = async () => {
    await decideDue(context, signal)
    await watch()
    await prune()
    await deliverer.begin(signal)
  }
  const run = async () => {
    let failing = false
    while (!signal.aborted) {
      try {
        await tick()
        if (failing) log.info('notifications resumed')
        failing = false
      } catch (error) {
        if (!failing) log.warn({ err: error }, 'notifications wait for the database')
        failing = true
      }
      await pause(failing ? AFTER_FAILURE_MS : TICK_MS, signal)
    }
  }
  const running = run()
  const stopMonitor = new AlertingMonitor({ db, clock, log }).start()
  return {
    async stop(graceMs = 2_000) {
      stopMonitor()
      stopping.abort(new DOMException('the notifier stops', 'AbortError'))
      await running
      // an attempt that is cut off here is repeated when its lease expires
      await Promise.race([deliverer.idle(), delay(graceMs, undefined, { ref: false })])
    },
  }
}

/** Limits `work` to one run per interval; a failed run is repeated at the next tick. */
function every(clock: Clock, everyMs: number, work: () => Promise<unknown>): () => Promise<void> {
  let last = -Infinity
  return async () => {
    if (clock.monotonic() - last < everyMs) return
    const begun = clock.monotonic()
    await work()
    last = begun
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
