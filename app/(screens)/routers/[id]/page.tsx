import type { Metadata } from 'next'
import { RouterPage } from '#components/routers/router-page.tsx'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'
import { pageTitleOf } from '#app/_prefetch/title.ts'
import { idOf } from '#app/_shared/page-address.ts'
import { ask, prefetch } from '#app/_prefetch/prefetch.ts'

interface Place {
  params: Promise<{ id: string }>
}

const answerOf = (id: string) => ask('routers/{id}', { id })

export async function generateMetadata(place: Place): Promise<Metadata> {
  const id = await idOf(place)
  return {
    title: await pageTitleOf('Router', async () => {
      const { name, address } = (await answerOf(id)).data
      return name ?? address
    }),
  }
}

export default async function Page(place: Place) {
  const id = await idOf(place)
  return (
    <Prefetched queries={[prefetch('routers/{id}', { id })]}>
      <RouterPage id={id} />
    </Prefetched>
  )
}
