import { setTimeout as delay } from 'node:timers/promises'
import { readDeletionTime } from '#lib/history/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { pruneAlerts } from '../store/alerts.ts'
import { AlertingMonitor } from './alerts/alerting-monitor.ts'
import type { AccessScopedReaders } from './alerts/channel-audience.ts'
import { encryptStoredAddresses } from '../channel-address.ts'
import type { IncidentMessageReaders, NotifyContext } from '../context.ts'
import { evaluateDueAlerts } from './alerts/evaluate-due-alerts.ts'
import { OutboxDeliverer } from './outbox/outbox-deliverer.ts'
import { MAX_INBOUND_ACTION_AGE_MS } from '../inbound/receive-inbound.ts'
import { pruneInboundRequests } from '../store/inbound-requests.ts'
import { pruneNotificationLog } from '../store/outbox.ts'
import type { SecretBox } from '../secret-box.ts'
import type { AttemptDelivery } from './outbox/send-attempt.ts'
import { defaultNotifySettings, type NotifySettings } from '../settings.ts'
import { evaluateNoDataAlerts } from './alerts/no-data-alerts.ts'

export interface NotifierOptions {
  db: Database
  send: AttemptDelivery
  secrets: SecretBox
  /** functions that read data for channels with a limited scope */
  scoped: AccessScopedReaders
  incidents: IncidentMessageReaders
  clock?: Clock
  settings?: NotifySettings
}

export interface RunningNotifier {
  /** Stops. No new attempt begins; attempts in progress get at most `graceMs` milliseconds. Never rejects. */
  stop(graceMs?: number): Promise<void>
}

/** Pause in milliseconds between two rounds of the notifier. A round without work needs only a few small queries. */
const TICK_MS = 1_000
const AFTER_FAILURE_MS = 5_000
const PRUNE_EVERY_MS = 60 * 60_000

/**
 * Evaluates alerts, watches for missing data and delivers messages until it is stopped. Several processes may run on
 * one database: only one of them evaluates alerts at a time, and each message is sent by only one process.
 */
export function startNotifier({
  db,
  send,
  secrets,
  scoped,
  incidents,
  clock = databaseClock,
  settings = defaultNotifySettings,
}: NotifierOptions): RunningNotifier {
  const log = createComponentLogger('notify')
  const stopping = new AbortController()
  const { signal } = stopping
  const context: NotifyContext = { db, clock, settings, scoped, incidents }
  const deliverer = new OutboxDeliverer({ ...context, send, log, random: Math.random })
  let watchingSince = clock.now()
  const watch = every(clock, settings['noData.check'], () => {
    // Takes the earlier time, because the clock may have been set back since the start.
    watchingSince = Math.min(watchingSince, clock.now())
    return evaluateNoDataAlerts(context, watchingSince)
  })
  const prune = every(clock, PRUNE_EVERY_MS, async () => {
    // Addresses are encrypted at the start and again every hour, because a process of version 0.2.0 may still store an
    // unencrypted address.
    const sealed = await encryptStoredAddresses(db, secrets)
    if (sealed > 0) log.info({ channels: sealed }, 'addresses of channels are sealed now')
    const aged = await readDeletionTime(db.pool)
    if (aged === null) return
    await pruneNotificationLog(db.pool, aged - settings['log.retention'])
    await pruneAlerts(db.pool, aged - settings['log.retention'])
    await pruneInboundRequests(db.pool, aged - 2 * MAX_INBOUND_ACTION_AGE_MS)
  })

  const tick = async () => {
    await evaluateDueAlerts(context, signal)
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
      // An attempt that does not end in time is repeated by another process when its lease expires.
      await Promise.race([deliverer.idle(), delay(graceMs, undefined, { ref: false })])
    },
  }
}

/** Returns a function that calls `work` at most once per interval. After a failure, the next call tries again. */
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
