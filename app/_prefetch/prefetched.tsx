import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { type Db, readingDatabase } from '#lib/answers/index.ts'
import { componentLogger } from '#lib/platform/log.ts'

/** A question that the page's first paint needs: its query's key, and the answer as the API would give it. */
export type Question = [key: readonly unknown[], answer: (db: Db) => Promise<unknown>]

export type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** Beyond this, the page is sent without its data: its own queries then ask, and show what they wait for. */
const PATIENCE_MS = 1500

/** Draws a page with its answers already in it, so that the first paint shows numbers and nothing jumps. */
export async function Prefetched({
  questions,
  unlessAsked,
  children,
}: {
  questions: Question[]
  /** a page whose address asks for something else than its plain view is sent without data */
  unlessAsked?: SearchParams
  children: ReactNode
}) {
  await connection()
  if (unlessAsked && Object.keys(await unlessAsked).length > 0) return children
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const asked = questions.map(([queryKey, answer]) =>
    queryClient.fetchQuery({ queryKey, queryFn: () => answer(readingDatabase()) }).catch((error: unknown) => {
      // the page's own query meets the same error, and shows it in words
      componentLogger('pages').debug({ err: error }, 'a page is sent without its data')
    }),
  )
  await Promise.race([Promise.all(asked), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))])
  return <HydrationBoundary state={dehydrate(queryClient)}>{children}</HydrationBoundary>
}
