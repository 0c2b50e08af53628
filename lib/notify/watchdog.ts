import type { PoolClient } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import { type DetectionSettings, settingsWith } from '#lib/detection/index.ts'
import { currentSettings, listSources, type SourceStatus } from '#lib/history/index.ts'
import { exclusively } from '#lib/platform/exclusively.ts'
import { loadSilence, lockCase, saveSilence } from './case-store.ts'
import { type Silence, silenceCaseId, silenceFacts, watchSilence, type Watched } from './decide/silence.ts'
import { DECIDING, type DeciderContext } from './decider.ts'
import { silenceStory } from './silence-content.ts'
import { type Subject, tellCase } from './tell.ts'

/**
 * Looks whether good samples are still committed, of all and of each subscription, and tells when they are not. It reads what is
 * stored, so that it needs no poller: the web runs it as well as the workers.
 * @param watchingSince when this process began to watch
 * @returns notifications written; null when another process is deciding
 */
export async function watchCollector(context: DeciderContext, watchingSince: EpochMs): Promise<number | null> {
  const { db } = context
  return exclusively(db, DECIDING, async () => {
    const [all, ...subscriptions] = newestGood(await listSources(db.pool))
    if (!all) return 0
    const thresholds = settingsWith((await currentSettings(db.pool))?.changed ?? {})
    const looking = { ...context, thresholds, watchingSince }
    const overall = await db.transaction((client) => watchOne(client, all, looking))
    let { written } = overall
    // where nothing comes at all, each subscription has nothing to add
    if (overall.silent) return written
    for (const one of subscriptions) {
      written += (await db.transaction((client) => watchOne(client, one, looking))).written
    }
    return written
  })
}

async function watchOne(
  client: PoolClient,
  watched: Watched,
  {
    clock,
    settings,
    thresholds,
    watchingSince,
  }: DeciderContext & {
    thresholds: DetectionSettings
    watchingSince: EpochMs
  },
): Promise<{ silent: boolean; written: number }> {
  const now = clock.now()
  const id = silenceCaseId(watched.subscription)
  await lockCase(client, id)
  const silence = watchSilence(await loadSilence(client, id), watched, { watchingSince, now }, thresholds)
  if (!silence) return { silent: false, written: 0 }
  await saveSilence(client, id, silence)
  const subject = subjectOf(watched.subscription, silence)
  return {
    silent: silence.ended === null,
    written: await tellCase(client, id, async () => subject, { now, settings }),
  }
}

function subjectOf(subscription: string, silence: Silence): Subject {
  return {
    facts: silenceFacts(subscription, silence),
    story: silenceStory(subscription, silence),
    matter: { scopes: [subscription], kinds: ['nothing_polled'], owner: 'unknown' },
  }
}

/** The newest good sample of everything, then of each subscription. */
function newestGood(sources: readonly SourceStatus[]): Watched[] {
  const scheduled = sources.filter((source) => source.scheduled)
  const bySubscription = Map.groupBy(scheduled, ({ resourceId }) => resourceId.split('/')[2]?.toLowerCase() ?? '')
  return [
    { subscription: '', newestGoodAt: newestOf(scheduled), paused: isPaused(scheduled) },
    ...[...bySubscription].map(([subscription, own]) => ({
      subscription,
      newestGoodAt: newestOf(own),
      paused: isPaused(own),
    })),
  ]
}

const isPaused = (sources: readonly SourceStatus[]) => sources.some(({ poll }) => poll.lastOutcome === 'paused')

function newestOf(sources: readonly SourceStatus[]): EpochMs | null {
  const times = sources.flatMap(({ poll }) => (poll.lastOkAt === null ? [] : [poll.lastOkAt]))
  return times.length === 0 ? null : times.reduce((newest, at) => Math.max(newest, at))
}
