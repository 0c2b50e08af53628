import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import type { EpochMs, MaintenanceState } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { MaintenanceParameters, MaintenanceEndpointResponse } from '../api/index.ts'
import { readMaintenanceWindows, readUnreadableMaintenance } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type ReadableDatabase,
  InvalidRequestError,
  getSqlExecutor,
  buildAgeWithoutPolls,
  announceStreamChange,
  resolveResourceId,
} from '#lib/questions/index.ts'
import { topicsAffectedByDeclarations } from '#lib/declarations/answers/index.ts'

const BEFORE_MS = 7 * MS_PER_DAY
const AHEAD_MS = 30 * MS_PER_DAY
/**
 * Maximum length of a time range in days. It is equal to the default retention of history, and limits how many windows
 * of a recurring maintenance are computed.
 */
const MAX_DAYS = 400

/**
 * Returns the past, current and upcoming maintenance windows in a time range, and the Azure maintenance configurations
 * whose windows could not be read.
 * @throws NotFoundError if the scope is unknown
 * @throws InvalidRequestError if the range, completed by its defaults, is longer than {@link MAX_DAYS} days
 */
export async function getMaintenance(
  db: ReadableDatabase,
  { scope, from, to }: MaintenanceParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<MaintenanceEndpointResponse<'maintenance'>> {
  const q = getSqlExecutor(db)
  const end = to ?? Math.max(now, from ?? now) + AHEAD_MS
  const begin = from ?? Math.min(now, end) - BEFORE_MS
  if (end - begin > MAX_DAYS * MS_PER_DAY)
    throw new InvalidRequestError(`from: the time has at most ${MAX_DAYS} days; send a later from, or an earlier to`)
  const id = (await resolveResourceId(q, scope)) ?? null
  const windows = await readMaintenanceWindows(q, { from: begin, to: end }, decodeResourceConfig)
  const unreadable = await readUnreadableMaintenance(q, decodeResourceConfig)
  return {
    data: windows
      .filter(({ scopes, effect }) => {
        const isAboutAll = scopes.length === 0 && effect === 'expected'
        return id === null || isAboutAll || scopes.includes(id)
      })
      .map((window) => ({ ...window, state: stateOf(Date.parse(window.from), Date.parse(window.to), now) })),
    unreadable: unreadable.filter(({ scopes }) => id === null || scopes.includes(id)),
    ...buildAgeWithoutPolls(now),
  }
}

function stateOf(from: EpochMs, to: EpochMs, now: EpochMs): MaintenanceState {
  if (now < from) return 'upcoming'
  return now < to ? 'now' : 'past'
}

/**
 * Announces to every worker and every open page that maintenance windows changed. The announcement is sent when the
 * caller's transaction commits.
 */
export async function publishMaintenanceChange(db: SqlExecutor): Promise<void> {
  await announceStreamChange(db, topicsAffectedByDeclarations)
}
