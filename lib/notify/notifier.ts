import { setTimeout as delay } from 'node:timers/promises'
import { type Clock, systemClock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { pruneCases } from './case-store.ts'
import { type DeciderContext, decideDue } from './decider.ts'
import { Deliverer } from './deliver.ts'
import { pruneLog } from './outbox-store.ts'
import type { Send } from './send.ts'
import { defaultNotifySettings, type NotifySettings } from './settings.ts'
import { watchCollector } from './watchdog.ts'

export interface NotifierOptions {
  db: Database
  send: Send
  clock?: Clock
  settings?: NotifySettings
}

export interface Notifier {
  /** Takes nothing new on and waits for attempts under way, at most `graceMs`. Never rejects. */
  stop(graceMs?: number): Promise<void>
}

/** Between two looks; each is a few questions to small indexes. */
const LOOK_MS = 1_000
const AFTER_FAILURE_MS = 5_000
const PRUNE_EVERY_MS = 60 * 60_000

/**
 * Decides, watches and delivers until it is stopped. Any number of processes may run one on the same database: one decides at a
 * time, and each message is sent by one.
 */
export function startNotifier({
  db,
  send,
  clock = systemClock,
  settings = defaultNotifySettings,
}: NotifierOptions): Notifier {
  const log = componentLogger('notify')
  const stopping = new AbortController()
  const { signal } = stopping
  const context: DeciderContext = { db, clock, settings }
  const deliverer = new Deliverer({ ...context, send, log, random: Math.random })
  const watchingSince = clock.now()
  const watch = every(clock, settings['silence.look'], () => watchCollector(context, watchingSince))
  const prune = every(clock, PRUNE_EVERY_MS, async () => {
    const before = clock.now() - settings['log.kept']
    await pruneLog(db.pool, before)
    await pruneCases(db.pool, before)
  })

  const look = async () => {
    await decideDue(context, signal)
    await watch()
    await prune()
    await deliverer.begin(signal)
  }
  const run = async () => {
    let failing = false
    while (!signal.aborted) {
      try {
        await look()
        if (failing) log.info('notifications go on')
        failing = false
      } catch (error) {
        if (!failing) log.warn({ err: error }, 'notifications wait for the database')
        failing = true
      }
      await pause(failing ? AFTER_FAILURE_MS : LOOK_MS, signal)
    }
  }
  const running = run()
  return {
    async stop(graceMs = 2_000) {
      stopping.abort(new DOMException('the notifier stops', 'AbortError'))
      await running
      // what is cut off here is sent again when its lease is over
      await Promise.race([deliverer.idle(), delay(graceMs, undefined, { ref: false })])
    },
  }
}

/** Does something at most so often, whenever it is asked to. */
function every(clock: Clock, everyMs: number, work: () => Promise<unknown>): () => Promise<void> {
  let last = -Infinity
  return async () => {
    if (clock.monotonic() - last < everyMs) return
    last = clock.monotonic()
    await work()
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
