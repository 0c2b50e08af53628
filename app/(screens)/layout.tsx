import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { headers } from 'next/headers'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { readCookiePreferences } from '#app/_shared/cookie-preferences.ts'
import { runQueryForPage } from '#app/_shared/page-reader.ts'
import type { CurrentUser } from '#components/access/caller.tsx'
import { ScreenFrame } from '#components/shell/screen-frame.tsx'
import { buildAccountResponse, readCaller, UnauthenticatedError } from '#lib/access/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { getSettings } from '#lib/platform/settings.ts'
import { readCustomerNames } from '#lib/circuits/answers/index.ts'
import { getIncidents } from '#lib/incidents/answers/index.ts'
import { MAX_OPEN_INCIDENTS } from '#components/incidents/incident-queries.ts'
import { summarizeForBrowserTab } from '#components/shell/browser-tab-state.ts'
import { encodeWithSchema, type ReadableDatabase } from '#lib/questions/index.ts'
import { hasReportedRouter } from '#lib/routers/answers/index.ts'
import { getSourcesSummary } from '#lib/setup/answers/index.ts'
import { pollSummarySchema } from '#lib/setup/api/index.ts'
import type { ScreenFrameData } from '#components/shell/visitor.tsx'

/**
 * Maximum wait in milliseconds for each fact that the frame around a page shows, for example the names of customers.
 * After this time the page is sent without the fact, and the browser requests it.
 */
const PATIENCE_MS = 500

/**
 * Draws the frame around every page. The wall display and the sign-in have no frame, so that their browsers load none
 * of its scripts (ADR 0041).
 */
export default async function ScreensLayout({ children }: { children: ReactNode }) {
  await connection()
  const caller = await screenCaller()
  if (!caller) return children
  return (
    <ScreenFrame
      preferences={await readCookiePreferences()}
      renderedAt={Math.floor(getDatabaseNow() / 1000) * 1000}
      simulator={process.env.PEERWATCH_SIMULATOR_CONTROL_URL ?? null}
      openAccess={getSettings().access === 'open'}
      caller={caller}
      facts={await frameFacts()}
    >
      {children}
    </ScreenFrame>
  )
}

/**
 * Returns the signed-in caller. Returns null if there is no caller, or if the caller is a wall display or has no
 * rights.
 */
async function screenCaller(): Promise<CurrentUser | null> {
  try {
    const { kind, name, role, rights } = buildAccountResponse(readCaller(await headers()))
    return rights.length === 0 || kind === 'wall' ? null : { kind, name, role, rights }
  } catch (error) {
    // a public page, for example the sign-in, has no caller
    if (error instanceof UnauthenticatedError) return null
    throw error
  }
}

async function frameFacts(): Promise<ScreenFrameData> {
  const [customers, polls, hasRouters, open] = await Promise.all([
    inTime('the names of customers', readCustomerNames),
    inTime('the counts of polls', async (db) =>
      encodeWithSchema(pollSummarySchema, (await getSourcesSummary(db)).data),
    ),
    inTime('whether a router reports', hasReportedRouter),
    inTime('the open incidents', async (db) =>
      summarizeForBrowserTab((await getIncidents(db, { state: 'open', limit: MAX_OPEN_INCIDENTS })).data),
    ),
  ])
  const isSimulated = process.env.PEERWATCH_SIMULATOR_CONTROL_URL !== undefined
  return { customers, polls, hasRouters: hasRouters ?? false, open, isSimulated }
}

/**
 * Returns the result of a query for the frame around the page; null if it takes longer than `PATIENCE_MS` or fails. The
 * content of the page does not depend on it.
 */
async function inTime<Answer>(
  what: string,
  question: (db: ReadableDatabase) => Promise<Answer>,
): Promise<Answer | null> {
  const patience = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS))
  try {
    return await Promise.race([runQueryForPage(question), patience])
  } catch (error) {
    createComponentLogger('pages').debug({ err: error }, `a page is sent without ${what}`)
    return null
  }
}
