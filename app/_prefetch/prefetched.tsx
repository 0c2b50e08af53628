import { dehydrate, QueryClient } from '@tanstack/react-query'
import { headers } from 'next/headers'
import { connection } from 'next/server'
import type { ComponentType, ReactNode } from 'react'
import { openDefaultView } from '#app/_shared/page-address.ts'
import { DrawnPage } from '#components/data/drawn-page.tsx'
import { visibleAnswer } from '#components/data/visible-text.ts'
import { clockNames } from '#components/links/clock.ts'
import { isWholeParameter } from '#components/ui/table/whole-parameter.ts'
import { readCaller } from '#lib/access/index.ts'
import { NoRight } from '#components/access/no-right.tsx'
import type { Caller, Right } from '#lib/contract/index.ts'
import type { PageQuery } from './prefetch.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { inOneAnswer } from '#lib/platform/one-answer.ts'

export type SearchParams = Promise<Record<string, string | string[] | undefined>>

/**
 * Parameters that every link of the product keeps and that prefetched queries apply, so they do not count as filters of
 * the page.
 */
const CARRIED: readonly string[] = [...clockNames, 'customer']

/**
 * Maximum wait for the data in milliseconds. After this time the page is sent without its data; the page's own queries
 * then fetch them and show that they are loading.
 */
const PATIENCE_MS = 1500

/**
 * Draws a page with the answers of its queries included, so that the first paint shows numbers and the layout does not
 * shift.
 */
export async function Prefetched({
  queries,
  further,
  unlessAsked,
  right = 'read',
  children,
}: {
  queries: PageQuery[]
  /** queries that depend on other answers, and queries for content further down the page */
  further?: (caller: Caller) => Promise<PageQuery[]>
  /** parameters of the page's address; if one of them is a filter, the page is sent without data */
  unlessAsked?: SearchParams
  /** the right that the visitor needs */
  right?: Right
  children: ReactNode
}) {
  await connection()
  const caller = readCaller(await headers())
  // the right is checked first, so that neither a prefetched query nor a query of the page in the browser runs without
  // it
  if (!caller.rights.has(right)) return <NoRight right={right} />
  await openDefaultView(caller)
  const given = Object.keys((await unlessAsked) ?? {}).filter(
    (name) => !isWholeParameter(name) && !CARRIED.includes(name),
  )
  if (given.length > 0) return children
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const leaveOut = (error: unknown) => {
    // the page's own query gets the same error and shows it
    componentLogger('pages').debug({ err: error }, 'a page is sent without its data')
  }
  // Queries that start together read the same rows. If one started later, its `asOf` would be later than that of the
  // others.
  const runAll = (all: PageQuery[]) =>
    inOneAnswer(() =>
      Promise.all(
        all.map((query) =>
          query()
            .then(({ queryKey, queryFn }) =>
              queryClient.fetchQuery({ queryKey, queryFn: async () => visibleAnswer(await queryFn()) }),
            )
            .catch(leaveOut),
        ),
      ),
    )
  // query the content at the top of the page first, so that it is ready if the time runs out
  const running = runAll(queries).then(async () => runAll((await further?.(caller)) ?? []))
  await Promise.race([running.catch(leaveOut), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))])
  return <DrawnPage state={dehydrate(queryClient)}>{children}</DrawnPage>
}

/**
 * Returns a page that is a single screen.
 * @param ifPlain true = the page is sent without data if its address sets a filter
 */
export const screenPage = (Screen: ComponentType, queries: PageQuery[], ifPlain = false, right?: Right) =>
  function Page({ searchParams }: { searchParams: SearchParams }) {
    return (
      <Prefetched queries={queries} {...(ifPlain && { unlessAsked: searchParams })} right={right}>
        <Screen />
      </Prefetched>
    )
  }
