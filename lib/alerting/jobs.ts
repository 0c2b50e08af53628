import { secretBoxOf } from '#lib/notify/index.ts'
import type { Job } from '#lib/platform/job.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import type { JobContext } from '#lib/questions/index.ts'
import { readProof } from './answers/index.ts'
import { pingHeartbeat, readHeartbeat } from './proof/heartbeat.ts'
import { runProofRound } from './proof/round.ts'
import { recordSize } from './store/index.ts'

/** Returns the regular jobs of alerting: the proof that alerting works, and the heartbeat to an external monitor. */
export function jobs({ settings, clock }: JobContext): Job[] {
  const { proofEveryMs, heartbeatEveryMs } = settings.alerting
  const heartbeat = readHeartbeat(settings, clock.now)
  const log = componentLogger('alerting')
  const all: (Job | false)[] = [
    proofEveryMs !== null && {
      name: 'alerting-proof',
      everyMs: proofEveryMs,
      // time limit in seconds: the maximum wait for the receiver, and the steps before it
      expireInSeconds: 90,
      run: async (signal, held) => {
        await recordSize(held.pool, clock.now())
        const { step, error } = await runProofRound({ db: held, secrets: secretBoxOf(settings) }, signal)
        if (error !== null) log.error({ step, error }, 'alerting is broken')
        return { step }
      },
    },
    heartbeat !== null && {
      name: 'alerting-heartbeat',
      everyMs: heartbeatEveryMs,
      expireInSeconds: 30,
      run: async (_, held) => {
        // The heartbeat is sent only if alerting is proved, because a ping without proof would mean nothing. A process
        // that has just started reads the same stored rounds as the others, so a fixed uptime of 10 minutes is passed.
        const result = await pingHeartbeat(heartbeat, await readProof(held, proofEveryMs, { upMs: 10 * MINUTE }))
        if (result !== 'sent') log.warn({ result }, 'the outside watcher was not pinged')
        return { result }
      },
    },
  ]
  return all.filter((job) => job !== false)
}
