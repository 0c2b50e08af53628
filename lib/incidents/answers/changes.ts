import type { ActivityEntryView, ChangesParameters, ConfigurationChange, ResponseOf } from '../api/index.ts'
import { azCommand, type EpochMs, type PollKind } from '#lib/contract/index.ts'
import { type ActivityEntry, activityAround, type ConfigChangeRow, configChanges } from '#lib/history/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { explainingTime, explanationOf } from './change-explanation.ts'
import {
  coveredBetween,
  type Db,
  queryable,
  ageOf,
  pollsOf,
  readSources,
  keptRange,
  resolveScope,
  iso,
  isoBounds,
} from '#lib/questions/index.ts'

/** What configuration is read by. */
const kinds: readonly PollKind[] = ['inventory', 'connection']
const DEFAULT_RANGE_MS = 30 * 24 * 60 * 60_000

/** Changes of configuration that may have happened in the asked time, each with what explains it, newest first. */
export async function getChanges(
  db: Db,
  parameters: ChangesParameters,
  now: EpochMs = databaseNow(),
): Promise<ResponseOf<'changes'>> {
  const q = queryable(db)
  const scope = await resolveScope(q, parameters.scope)
  const { from, to, cursor, wrap } = keptRange(parameters, now, DEFAULT_RANGE_MS)
  const { type, limit } = parameters
  const page = await configChanges(q, { scope, type, from, to, limit, cursor })
  const around = await activityAround(
    q,
    page.rows.map(({ resourceId, between }) => ({ resourceId, within: explainingTime(between) })),
  )
  // configuration is listed by the subscription's source, whatever the scope
  const sources = await readSources(q)
  return {
    data: page.rows.map((row, i) => changeView(row, explanationOf(row, around[i] ?? []))),
    ...ageOf(pollsOf(sources, kinds), now),
    ...(await coveredBetween(q, { kinds, from, to, now })),
    nextCursor: wrap(page.nextCursor),
  }
}

/** An entry of the Activity Log as the API writes it. */
export function entryView({ resourceKey, at, ...entry }: ActivityEntry): ActivityEntryView {
  return { ...entry, at: iso(at), resourceId: resourceKey }
}

function changeView(row: ConfigChangeRow, explanation: ActivityEntry | null): ConfigurationChange {
  return {
    scope: row.scope,
    scopeName: row.scopeName,
    resourceId: row.resourceId,
    type: row.resourceType,
    op: row.op,
    seenBy: row.seenBy,
    fields: row.fields,
    between: isoBounds(row.between),
    explainedBy: explanation && entryView(explanation),
    azCommand: azCommand({ resourceId: row.resourceId, kind: row.seenBy }),
  }
}
