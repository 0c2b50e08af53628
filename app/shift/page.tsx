import { shiftQuery } from '#components/data/query-options.ts'
import { ShiftPage } from '#components/shift/shift-page.tsx'
import { getShift } from '#lib/answers/index.ts'
import { Prefetched, type SearchParams } from '../_prefetch/prefetched.tsx'

export const metadata = { title: 'Shift' }

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched unlessAsked={searchParams} questions={[[shiftQuery(null).queryKey, (db) => getShift(db, {})]]}>
      <ShiftPage />
    </Prefetched>
  )
}
