import { gatewayQuery, sessionsQuery } from '#components/data/query-options.ts'
import { GatewayPage } from '#components/gateways/gateway-page.tsx'
import { getGateway, listSessions } from '#lib/answers/index.ts'
import { Prefetched } from '../../_prefetch/prefetched.tsx'

export const metadata = { title: 'Gateway' }

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const id = decodeURIComponent((await params).id)
  return (
    <Prefetched
      questions={[
        [gatewayQuery(id).queryKey, (db) => getGateway(db, id)],
        [sessionsQuery({ scope: id }).queryKey, (db) => listSessions(db, { scope: id, limit: 1000 })],
      ]}
    >
      <GatewayPage id={id} />
    </Prefetched>
  )
}
