import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { GatewayPage } from '#components/gateways/gateway-page.tsx'
import { maintenanceQuery, resourceQueries } from '#app/_prefetch/resource-queries.ts'
import { pageTitleOf } from '#app/_prefetch/title.ts'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'
import { idOf, withCurrentClock, redirectNameToId } from '#app/_shared/page-address.ts'
import { ask, prefetch } from '#app/_prefetch/prefetch.ts'

interface Place {
  params: Promise<{ id: string }>
}

const answerOf = (id: string) => ask('gateways/{id}', { id })

/**
 * Reports whether the ID belongs to a Virtual WAN hub, because links from events and sessions of a hub lead to this
 * page too.
 */
const isHub = (id: string): Promise<boolean> =>
  answerOf(id).then(
    () => false,
    () =>
      ask('hubs/{id}', { id }).then(
        () => true,
        () => false,
      ),
  )

export async function generateMetadata(place: Place): Promise<Metadata> {
  const id = await idOf(place)
  return { title: await pageTitleOf('Gateway', async () => (await answerOf(id)).data.name) }
}

export default async function Page(place: Place) {
  const id = await idOf(place)
  if (await isHub(id)) redirect(await withCurrentClock(`/hubs/${encodeURIComponent(id)}`))
  await redirectNameToId({ path: '/gateways', asked: id }, answerOf(id))
  return (
    <Prefetched queries={[prefetch('gateways/{id}', { id }), ...resourceQueries(id), maintenanceQuery()]}>
      <GatewayPage id={id} />
    </Prefetched>
  )
}
