import type { CalendarContext } from './calendars/index.ts'
import type { CalendarBody } from './api/calendars.ts'
import { findKnownResources } from '#lib/history/index.ts'
import { createConfiguredSecretBox, lookUpBySystem } from '#lib/notify/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import type { ProcessSettings } from '#lib/platform/settings.ts'
import { publishMaintenanceChange } from './answers/index.ts'
import { InvalidRequestError } from '#lib/questions/index.ts'

/**
 * Returns the dependencies for reading calendars, from the environment settings. API requests and the calendars job use
 * them.
 */
export const createCalendarContext = (settings: ProcessSettings, clock: Clock): CalendarContext => ({
  clock,
  secrets: createConfiguredSecretBox(settings),
  outbound: { allow: settings.outboundAllow, lookup: lookUpBySystem },
  announce: publishMaintenanceChange,
})

/**
 * Returns a calendar with its resource ids (for example ARM ids) replaced by short ids.
 * @throws InvalidRequestError for the first unknown id
 */
export async function replaceIdsWithShortIds(db: Database, body: CalendarBody): Promise<CalendarBody> {
  const known = await findKnownResources(db.pool, body.scopes)
  const scopes = body.scopes.map((id, n) => {
    const found = known.get(id)
    if (found) return found.id
    throw new InvalidRequestError(
      `scopes.${n}: nothing is known by the id ${JSON.stringify(id)}; take one from /api/v1/circuits or /api/v1/gateways`,
    )
  })
  return { ...body, scopes }
}
