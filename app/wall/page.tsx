import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { cookies, headers } from 'next/headers'
import { connection } from 'next/server'
import { buildApiUrl } from '#components/data/client.ts'
import { parsePreferences, ZONE_COOKIE } from '#components/ui/preferences-values.ts'
import { WallLinks } from '#components/wall/wall-links.tsx'
import { WallPage } from '#components/wall/wall-page.tsx'
import { parseWallSettings, createWallQuery, type WallSettings } from '#components/wall/wall-settings.ts'
import { readCaller, requireRight } from '#lib/access/index.ts'
import { allApiEndpoints, type ApiEndpointResponse } from '#lib/api/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { getSettings } from '#lib/platform/settings.ts'
import { readCustomerNames } from '#lib/circuits/answers/index.ts'
import { encodeWithSchema, narrowAccessScope } from '#lib/questions/index.ts'
import { buildId } from '../_build/build-id.ts'
import { runQueryForPage } from '../_shared/page-reader.ts'
import { readSharedWall } from '#lib/overview/answers/wall-answer.ts'
import type { PageSearchParams } from '../_prefetch/prefetched-page.tsx'

export const metadata = { title: 'Wall' }

/**
 * Maximum wait for the tiles in milliseconds. After this time the wall display is sent without tiles, and the browser
 * fetches them.
 */
const PATIENCE_MS = 1_500

export default async function Page({ searchParams }: { searchParams: PageSearchParams }) {
  await connection()
  const caller = readCaller(await headers())
  requireRight(caller, allApiEndpoints.wall)
  const given = await searchParams
  const asked = typeof given.zone === 'string' ? given.zone : (await cookies()).get(ZONE_COOKIE)?.value
  const shown = parseWallSettings(given, getDatabaseNow())
  return (
    <WallPage
      answer={await firstAnswer(shown)}
      settings={shown}
      url={buildApiUrl('wall', createWallQuery(shown))}
      historyUrl={buildApiUrl('wall/history', { customer: shown.customer, at: createWallQuery(shown).at ?? null })}
      links={<WallLinks settings={shown} hasCustomers={await hasCustomers()} />}
      zone={parsePreferences(undefined, asked).zone}
      build={buildId}
      openAccess={getSettings().access === 'open'}
      mayAcknowledge={shown.at === null && caller.rights.has('acknowledge')}
      renderedAt={Math.floor(getDatabaseNow() / 1_000) * 1_000}
    />
  )
}

async function firstAnswer({ by, customer, at }: WallSettings): Promise<ApiEndpointResponse<'wall'> | null> {
  // For a past time, the page is sent without tiles, and the browser requests them.
  if (at !== null) return null
  const answer = headers()
    .then((sent) =>
      readSharedWall(narrowAccessScope(readCaller(sent).scope, customer ?? undefined), by === 'page' ? undefined : by),
    )
    .then((wall) => encodeWithSchema(allApiEndpoints.wall.response, wall))
    .catch((error: unknown) => {
      // The browser sends the failed query again, gets the same error and shows it. The error is therefore only logged
      // here.
      createComponentLogger('pages').debug({ err: error }, 'the wall is sent without its tiles')
      return null
    })
  return Promise.race([answer, new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS))])
}

/**
 * Reports whether the wall display can show one customer after another. The result is false if no customer is known, or
 * if the names are not read within `PATIENCE_MS`.
 */
async function hasCustomers(): Promise<boolean> {
  const names = runQueryForPage(readCustomerNames).catch(() => [])
  const patience = new Promise<string[]>((resolve) => setTimeout(() => resolve([]), PATIENCE_MS))
  return (await Promise.race([names, patience])).length > 0
}
