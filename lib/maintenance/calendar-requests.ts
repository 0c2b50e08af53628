import type { CalendarContext } from '#lib/maintenance/calendars/index.ts'
import type { CalendarBody } from '#lib/contract/index.ts'
import { knownResources } from '#lib/history/index.ts'
import { secretBoxOf, systemLookup } from '#lib/notify/index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { settings } from '#lib/platform/settings.ts'
import { announceMaintenance } from './answers/index.ts'
import { InvalidRequestError } from '#lib/questions/index.ts'

/** What calendars are read with, by the environment. */
export function calendarContext(): CalendarContext {
  const configured = settings()
  return {
    clock: databaseClock,
    secrets: secretBoxOf(configured),
    outbound: { allow: configured.outboundAllow, lookup: systemLookup },
    announce: announceMaintenance,
  }
}

/** A calendar whose ids are short ids. @throws InvalidRequestError naming the first that is unknown */
export async function withShortIds(db: Database, body: CalendarBody): Promise<CalendarBody> {
  const known = await knownResources(db.pool, body.scopes)
  const scopes = body.scopes.map((id, n) => {
    const found = known.get(id)
    if (found) return found.id
    throw new InvalidRequestError(
      `scopes.${n}: nothing is known by the id ${JSON.stringify(id)}; take one from /api/v1/circuits or /api/v1/gateways`,
    )
  })
  return { ...body, scopes }
}
