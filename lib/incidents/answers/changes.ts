import { buildAzCommand } from '#lib/azure/az-command.ts'
import type { ChangesParameters, IncidentsEndpointResponse } from '../api/index.ts'
import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import { type ActivityEntry, readActivityAround, type ConfigChangeRow, readConfigChanges } from '#lib/history/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { computeExplanationBounds, findActivityEntryExplainingChange } from './change-explanation.ts'
import {
  readCoverageBetween,
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  pickPollsOfKinds,
  readSources,
  resolveRangeWithinHistory,
  resolveResourceId,
} from '#lib/questions/index.ts'

/** Kinds of polls that read configuration. */
const kinds: readonly PollKind[] = ['inventory', 'connection']
const DEFAULT_RANGE_MS = 30 * 24 * 60 * 60_000

/**
 * Returns the configuration changes that may have happened in the requested time, newest first, each with the Activity
 * Log entry that explains it.
 */
export async function getChanges(
  db: ReadableDatabase,
  parameters: ChangesParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<IncidentsEndpointResponse<'changes'>> {
  const q = getSqlExecutor(db)
  const scope = await resolveResourceId(q, parameters.scope)
  const { from, to, cursor, wrap } = resolveRangeWithinHistory(parameters, now, DEFAULT_RANGE_MS)
  const { type, limit } = parameters
  const page = await readConfigChanges(q, { scope, type, from, to, limit, cursor })
  const around = await readActivityAround(
    q,
    page.rows.map(({ resourceId, between }) => ({ resourceId, within: computeExplanationBounds(between) })),
  )
  // Reads the sources of the whole estate, because configuration is polled per subscription and not per resource.
  const sources = await readSources(q)
  return {
    data: page.rows.map((row, i) => explained(row, findActivityEntryExplainingChange(row, around[i] ?? []))),
    ...buildFreshnessFields(pickPollsOfKinds(sources, kinds), now),
    ...(await readCoverageBetween(q, { kinds, from, to, now })),
    nextCursor: wrap(page.nextCursor),
  }
}

/** Returns an Activity Log entry with the field name that the API uses for the resource. */
export const toApiActivityEntry = (entry: ActivityEntry) => ({ ...entry, resourceId: entry.resourceKey })

const explained = (row: ConfigChangeRow, explanation: ActivityEntry | null) => ({
  ...row,
  type: row.resourceType,
  explainedBy: explanation && toApiActivityEntry(explanation),
  azCommand: buildAzCommand({ resourceId: row.resourceId, kind: row.seenBy }),
})
