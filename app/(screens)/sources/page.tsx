import { endpointQuery } from '#components/data/endpoint.ts'
import { SourcesPage } from '#components/sources/sources-page.tsx'
import { databaseBeside } from '#lib/questions/index.ts'
import { getProcesses, getSources } from '#lib/setup/answers/index.ts'
import { getSlos } from '#lib/reports/answers/index.ts'
import { settings } from '#lib/platform/settings.ts'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'

export const metadata = { title: 'Sources' }

export default function Page() {
  return (
    <Prefetched
      queries={[
        [endpointQuery('sources').queryKey, (db) => getSources(db, { limit: 1000 })],
        [endpointQuery('slos').queryKey, (_db, { scope }) => getSlos(databaseBeside('commands'), scope)],
        [endpointQuery('processes').queryKey, async () => getProcesses(settings().dataDir)],
      ]}
    >
      <SourcesPage />
    </Prefetched>
  )
}
