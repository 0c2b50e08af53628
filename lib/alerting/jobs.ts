import { secretBoxOf } from '#lib/notify/index.ts'
import type { Job } from '#lib/platform/job.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { MINUTE, SECOND } from '#lib/contract/time/time.ts'
import type { JobContext } from '#lib/questions/index.ts'
import { readProof } from './answers/index.ts'
import { beat, heartbeatOf } from './proof/heartbeat.ts'
import { askAgain, keepSome } from './past/kept-answers.ts'
import { proveAlerting } from './proof/round.ts'
import { noteSize } from './store/index.ts'

/** Of each minute, in which kept answers are asked for: half a percent of a core, the database's work included. */
const ASKED_MS = 0.005 * MINUTE

/** What the room of alerting does at times of its own. */
export function jobs({ settings, clock, ask }: JobContext): Job[] {
  const { proofEveryMs, heartbeatEveryMs } = settings.alerting
  const heartbeat = heartbeatOf(settings, clock.now)
  const log = componentLogger('alerting')
  // what one answer took too long, the next minutes make up for
  let spared = 0
  const all: (Job | false)[] = [
    proofEveryMs !== null && {
      name: 'alerting-proof',
      everyMs: proofEveryMs,
      // as long as the receiver may take, and what comes before it
      expireInSeconds: 90,
      run: async (signal, held) => {
        await noteSize(held.pool, clock.now())
        const { step, error } = await proveAlerting({ db: held, secrets: secretBoxOf(settings) }, signal)
        if (error !== null) log.error({ step, error }, 'alerting is broken')
        return { step }
      },
    },
    {
      name: 'kept-answers',
      everyMs: MINUTE,
      expireInSeconds: 50,
      run: async (signal, held) => {
        const begun = performance.now()
        const past = { db: held.pool, ask, now: clock.now(), historyMs: settings.retain.historyMs }
        const taken = await keepSome(past)
        const asked = await askAgain(past, ASKED_MS + spared - (performance.now() - begun), signal)
        spared = Math.min(0, Math.max(-10 * SECOND, spared + ASKED_MS - (performance.now() - begun)))
        if (asked.changed > 0) log.error(asked, 'answers about the past changed')
        else if (asked.expired + asked.retaken > 0) log.info(asked, 'kept answers went, or were taken again')
        return { taken, ...asked }
      },
    },
    heartbeat !== null && {
      name: 'alerting-heartbeat',
      everyMs: heartbeatEveryMs,
      expireInSeconds: 30,
      run: async (_, held) => {
        // where nothing is proved a ping would say nothing; a process that has just started has seen as much as others
        const result = await beat(heartbeat, await readProof(held, proofEveryMs, { upMs: 10 * MINUTE }))
        if (result !== 'sent') log.warn({ result }, 'the outside watcher was not pinged')
        return { result }
      },
    },
  ]
  return all.filter((job) => job !== false)
}
