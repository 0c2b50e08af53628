import { createConfiguredSecretBox } from '#lib/notify/index.ts'
import type { ScheduledJob } from '#lib/platform/job.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { JobContext } from '#lib/questions/index.ts'
import { readAlertingProof } from './answers/index.ts'
import { sendExternalHeartbeat, readHeartbeat } from './proof/heartbeat.ts'
import { runAlertingProof } from './proof/run-alerting-proof.ts'
import { recordDatabaseSize } from './store/index.ts'

/** Returns the background jobs of alerting: the proof that alerting works, and the heartbeat to an external monitor. */
export function createJobs({ settings, clock }: JobContext): ScheduledJob[] {
  const { proofEveryMs, heartbeatEveryMs } = settings.alerting
  const heartbeat = readHeartbeat(settings, clock.now)
  const log = createComponentLogger('alerting')
  const all: (ScheduledJob | false)[] = [
    proofEveryMs !== null && {
      name: 'alerting-proof',
      everyMs: proofEveryMs,
      // longest run in seconds, which covers the wait for the receiver and all steps before it
      expireInSeconds: 90,
      run: async (signal, held) => {
        await recordDatabaseSize(held.pool, clock.now())
        const { step, error } = await runAlertingProof(
          { db: held, secrets: createConfiguredSecretBox(settings) },
          signal,
        )
        if (error !== null) log.error({ step, error }, 'alerting is broken')
        return { step }
      },
    },
    heartbeat !== null && {
      name: 'alerting-heartbeat',
      everyMs: heartbeatEveryMs,
      expireInSeconds: 30,
      run: async (_, held) => {
        // The heartbeat is sent only if alerting is proved, because otherwise it would hide a fault. The uptime is
        // given as 10 minutes even if this process has just started, because it can use the proof rounds that other
        // processes have stored.
        const result = await sendExternalHeartbeat(
          heartbeat,
          await readAlertingProof(held, proofEveryMs, { upMs: 10 * MS_PER_MINUTE }),
        )
        if (result !== 'sent') log.warn({ result }, 'the outside watcher was not pinged')
        return { result }
      },
    },
  ]
  return all.filter((job) => job !== false)
}
