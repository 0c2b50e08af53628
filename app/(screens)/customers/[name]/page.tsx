import type { Metadata } from 'next'
import { CustomerReport } from '#components/customers/customer-report.tsx'
import { OPEN_INCIDENTS_QUERY } from '#components/customers/customer-text.ts'
import { PageWithPrefetchedData } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

interface Place {
  params: Promise<{ name: string }>
}

const nameOf = async ({ params }: Place) => decodeURIComponent((await params).name)

export async function generateMetadata(place: Place): Promise<Metadata> {
  return { title: await nameOf(place) }
}

export default async function Page(place: Place) {
  const name = await nameOf(place)
  const own = { customer: name }
  return (
    <PageWithPrefetchedData
      queries={[
        createEndpointPrefetchQuery('customers'),
        createEndpointPrefetchQuery('circuits', own),
        createEndpointPrefetchQuery('incidents', { ...OPEN_INCIDENTS_QUERY, ...own }),
      ]}
    >
      <CustomerReport name={name} />
    </PageWithPrefetchedData>
  )
}
