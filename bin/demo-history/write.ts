import { appendCounters, extendCoverage } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { type TopologyCache, recordPoll } from '#lib/poller/index.ts'
import type { Step } from './lane.ts'

type Client = Parameters<Parameters<Database['transaction']>[0]>[0]

/** Writes steps in one transaction, through what a worker's polls go through. */
export async function writeSteps(db: Database, steps: readonly Step[], estate: TopologyCache): Promise<void> {
  if (steps.length === 0) return
  await db.transaction(async (client) => {
    for (const step of steps) await write(client, step, estate)
  })
}

async function write(client: Client, step: Step, estate: TopologyCache): Promise<void> {
  const { sourceId, kind, localAddresses, everyMs } = step.track
  switch (step.type) {
    case 'extend':
      return extendCoverage(client, sourceId, kind, step.polls, interval(everyMs, step.polls))
    case 'count':
      return appendCounters(client, sourceId, step.polls, interval(everyMs, step.polls))
    case 'record': {
      const { observation } = step
      const { status } = await recordPoll(client, sourceId, observation, {
        ...interval(everyMs, [observation]),
        localAddresses,
        estate,
      })
      if (status !== 'recorded') throw new Error(`a poll of ${kind} was refused as ${status}`)
    }
  }
}

function interval(everyMs: (at: number) => number, [first]: readonly { startedAt: number }[]) {
  return { intervalSeconds: everyMs(first?.startedAt ?? 0) / 1_000 }
}
