import type { Metadata } from 'next'
import { RouterPage } from '#components/routers/router-page.tsx'
import { PageWithPrefetchedData } from '#app/_prefetch/prefetched-page.tsx'
import { readPageTitle } from '#app/_prefetch/page-title.ts'
import { decodeResourceId } from '#app/_shared/page-address.ts'
import { fetchPageResponse, createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

interface Place {
  params: Promise<{ id: string }>
}

const answerOf = (id: string) => fetchPageResponse('routers/{id}', { id })

export async function generateMetadata(place: Place): Promise<Metadata> {
  const id = await decodeResourceId(place)
  return {
    title: await readPageTitle('Router', async () => {
      const { name, address } = (await answerOf(id)).data
      return name ?? address
    }),
  }
}

export default async function Page(place: Place) {
  const id = await decodeResourceId(place)
  return (
    <PageWithPrefetchedData queries={[createEndpointPrefetchQuery('routers/{id}', { id })]}>
      <RouterPage id={id} />
    </PageWithPrefetchedData>
  )
}
