import type { Metadata } from 'next'
import { cache } from 'react'
import { endpointQuery } from '#components/data/endpoint.ts'
import { RouterPage } from '#components/routers/router-page.tsx'
import { getRouter } from '#lib/routers/answers/index.ts'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'
import { titleOf } from '#app/_prefetch/title.ts'
import { askForPage } from '#app/_shared/page-reader.ts'

interface Place {
  params: Promise<{ id: string }>
}

/** Queried once for the title and the page. */
const answerOf = cache((id: string) => askForPage((db) => getRouter(db, id)))
const idOf = async ({ params }: Place) => decodeURIComponent((await params).id)

export async function generateMetadata(place: Place): Promise<Metadata> {
  const id = await idOf(place)
  return {
    title: await titleOf('Router', async () => {
      const { name, address } = (await answerOf(id)).data
      return name ?? address
    }),
  }
}

export default async function Page(place: Place) {
  const id = await idOf(place)
  return (
    <Prefetched queries={[[endpointQuery('routers/{id}', { id }).queryKey, () => answerOf(id)]]}>
      <RouterPage id={id} />
    </Prefetched>
  )
}
