import { notFound } from 'next/navigation'
import { connection } from 'next/server'
import { readCookiePreferences } from '#app/_shared/cookie-preferences.ts'
import { SnapshotPage } from '#components/snapshot/snapshot-page.tsx'
import { findSnapshotPage } from '#lib/access/index.ts'
import { getSettings } from '#lib/platform/settings.ts'
import { getDatabaseForUse } from '#lib/questions/index.ts'
import { SnapshotContent } from './snapshot-content.tsx'

export const metadata = { title: 'Snapshot', robots: { index: false, follow: false }, referrer: 'no-referrer' }

/**
 * Page of a snapshot link. The front (the HTTP server in front of Next) has already refused visitors for whom the link
 * is not valid (ADR 0267).
 */
export default async function Page({ params }: { params: Promise<{ token: string }> }) {
  await connection()
  const found = await findSnapshotPage(getDatabaseForUse('commands').pool, (await params).token, getSettings().access)
  if (!found) notFound()
  const { page, search, madeBy, madeAt, expiresAt, answers } = found
  return (
    <SnapshotPage
      frozen={{ page, search, madeBy, madeAt, expiresAt, answers }}
      preferences={await readCookiePreferences()}
    >
      <SnapshotContent page={page} />
    </SnapshotPage>
  )
}
