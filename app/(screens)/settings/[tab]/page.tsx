import { notFound } from 'next/navigation'
import { endpointQuery, PAGE_ROWS } from '#components/data/endpoint.ts'
import { SettingsPage } from '#components/settings/settings-page.tsx'
import { settingsTabs } from '#components/settings/tabs.ts'
import { databaseBeside } from '#lib/questions/index.ts'
import { getDeclarations } from '#lib/declarations/answers/index.ts'
import { getMaintenance } from '#lib/maintenance/answers/index.ts'
import { getThresholds } from '#lib/setup/answers/index.ts'
import { listCircuits, listServiceKeyRequests } from '#lib/circuits/answers/index.ts'
import { listGateways } from '#lib/gateways/answers/index.ts'
import { channelSettingsOf, listChannels, listEscalation } from '#lib/notify/index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import { settings } from '#lib/platform/settings.ts'
import { aboutNoPoll } from '#lib/questions/about-no-poll.ts'
import { auditPage } from '#lib/access/audit/audit-page.ts'
import { Prefetched, type PageQuery } from '#app/_prefetch/prefetched.tsx'

interface Props {
  params: Promise<{ tab: string }>
}

/** What names circuits and gateways: an id would turn into a longer name otherwise. */
const names: PageQuery[] = [
  [endpointQuery('circuits').queryKey, (db) => listCircuits(db, { limit: 1000 })],
  [endpointQuery('gateways').queryKey, (db) => listGateways(db, { limit: 1000 })],
]

/** The first page of a list that is read page by page. */
const firstPage = ([key, answer]: PageQuery): PageQuery => [
  key,
  async (db, caller) => ({ pages: [await answer(db, caller)], pageParams: [null] }),
]

/** The queries of a tab's first paint. */
const queries: Record<string, PageQuery[]> = {
  declarations: [[endpointQuery('declarations').queryKey, (db) => getDeclarations(db, {})], ...names],
  maintenance: [
    [endpointQuery('maintenance').queryKey, (db) => getMaintenance(db, {})],
    [endpointQuery('declarations').queryKey, (db) => getDeclarations(db, {})],
    ...names,
  ],
  thresholds: [[endpointQuery('settings/thresholds').queryKey, (db) => getThresholds(db)]],
  notifications: [
    [
      endpointQuery('channels').queryKey,
      // as the API does: the role of questions may not read the sealed addresses
      async (_db, { scope }) =>
        aboutNoPoll(await listChannels(databaseBeside('commands'), channelSettingsOf(settings()), scope)),
    ],
    ...names,
  ],
  'on-call': [
    [
      endpointQuery('escalation').queryKey,
      async (_db, { scope }) =>
        aboutNoPoll(await listEscalation(databaseBeside('commands'), scope, databaseClock.now())),
    ],
  ],
  audit: [
    firstPage([endpointQuery('audit').queryKey, (_db, caller) => auditPage(caller, { limit: PAGE_ROWS })]),
    firstPage([
      endpointQuery('service-key-requests').queryKey,
      (db) => listServiceKeyRequests(db, { limit: PAGE_ROWS }),
    ]),
  ],
}

export async function generateMetadata({ params }: Props) {
  const { tab: id } = await params
  return { title: settingsTabs.find((tab) => tab.id === id)?.name ?? 'Settings' }
}

export default async function Page({ params }: Props) {
  const { tab: id } = await params
  const tab = settingsTabs.find((known) => known.id === id)
  if (!tab) notFound()
  return (
    <Prefetched right={tab.right} queries={queries[id] ?? []}>
      <SettingsPage tab={tab} />
    </Prefetched>
  )
}
