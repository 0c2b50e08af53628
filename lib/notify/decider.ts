import type { PoolClient } from 'pg'
import { incidentById, listSources, readDeclarations } from '#lib/history/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { exclusively } from '#lib/platform/exclusively.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { dueCases, postponeCase } from './case-store.ts'
import { flushDigests } from './digest.ts'
import { incidentFacts } from './facts.ts'
import { matterOf, storyOf } from './incident-content.ts'
import type { NotifySettings } from './settings.ts'
import { type Subject, tellCase } from './tell.ts'
import { toldBefore } from './told-before.ts'

export interface DeciderContext {
  db: Database
  clock: Clock
  settings: NotifySettings
}

/** One process decides at a time, so that limits hold over all of them. */
export const DECIDING = 'notify-decide'

/** Cases of one look; what is left is due again at the next. */
const CASES_AT_ONCE = 200

/**
 * Decides on every case that is due and flushes digests that are; each case is a transaction of its own.
 * @returns notifications written; null when another process is deciding
 */
export async function decideDue(context: DeciderContext, signal?: AbortSignal): Promise<number | null> {
  const { db, clock } = context
  return exclusively(db, DECIDING, async () => {
    let written = 0
    for (const id of await dueCases(db.pool, clock.now(), CASES_AT_ONCE)) {
      if (signal?.aborted) break
      written += await decideOne(context, id)
    }
    return written + (await flushDigests(context))
  })
}

/** A case that can't be decided on holds up no other: it is logged, and looked at again later. */
async function decideOne({ db, clock, settings }: DeciderContext, id: string): Promise<number> {
  const now = clock.now()
  try {
    return await db.transaction((client) => tellCase(client, id, () => readSubject(client, id), { now, settings }))
  } catch (error) {
    componentLogger('notify').error({ err: error, case: id }, 'a case could not be decided on; it is looked at again')
    // where the database itself is away this fails as well, and whoever asked waits for it
    await postponeCase(db.pool, id, now + settings['look.again'])
    return 0
  }
}

async function readSubject(client: PoolClient, id: string): Promise<Subject | null> {
  const found = await incidentById(client, id)
  if (!found) return null
  const { incident, events } = found
  const { cards } = await readDeclarations(client)
  const polls = (await listSources(client)).map(({ scope, poll }) => ({ ...poll, scope }))
  const story = storyOf(incident, events, cards, polls)
  if (!story) return null
  const before = await toldBefore(client, id, events)
  return {
    facts: await incidentFacts(client, incident, events),
    story: { ...story, continues: before?.incidentId ?? null },
    matter: matterOf(incident, events, story),
    before,
  }
}
