import { handoverQuery } from '#components/data/query-options.ts'
import { HandoverPage } from '#components/handover/handover-page.tsx'
import { getHandover } from '#lib/queries/index.ts'
import { Prefetched, type SearchParams } from '../_prefetch/prefetched.tsx'

export const metadata = { title: 'Handover' }

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched unlessAsked={searchParams} questions={[[handoverQuery(null).queryKey, (db) => getHandover(db, {})]]}>
      <HandoverPage />
    </Prefetched>
  )
}
