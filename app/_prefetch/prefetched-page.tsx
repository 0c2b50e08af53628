import { dehydrate, QueryClient } from '@tanstack/react-query'
import { headers } from 'next/headers'
import { connection } from 'next/server'
import type { ComponentType, ReactNode } from 'react'
import { redirectToDefaultSavedView } from '#app/_shared/page-address.ts'
import { ServerResponsesProvider } from '#components/data/server-answers.tsx'
import { revealDirectionMarksInResponse } from '#components/data/visible-text.ts'
import { timeParameterNames } from '#components/links/page-time.ts'
import { isAllRowsParameter } from '#components/ui/table/all-rows-parameter.ts'
import { readCaller } from '#lib/access/index.ts'
import { MissingRightNotice } from '#components/access/missing-right-notice.tsx'
import type { RequestCaller, AccessRight } from '#lib/contract/index.ts'
import type { PagePrefetchQuery } from './prefetch.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { shareQueriesInResponse } from '#lib/platform/response-cache.ts'

export type PageSearchParams = Promise<Record<string, string | string[] | undefined>>

/**
 * URL parameters that every link keeps and that every prefetched query applies. They do not count as filters of the
 * page.
 */
const CARRIED: readonly string[] = [...timeParameterNames, 'customer']

/**
 * Maximum wait for the data in milliseconds. After this time the page is sent without data. The browser then requests
 * the data, and the page shows that it is loading.
 */
const PATIENCE_MS = 1500

/**
 * Renders a page together with the results of its queries, so that the first paint shows the data and the layout does
 * not shift.
 */
export async function PageWithPrefetchedData({
  queries,
  further,
  unlessAsked,
  right = 'read',
  children,
}: {
  queries: PagePrefetchQuery[]
  /**
   * Returns further queries, which run after `queries`. They depend on the results of other queries, or load content
   * further down the page.
   */
  further?: (caller: RequestCaller) => Promise<PagePrefetchQuery[]>
  /**
   * Parameters of the page's URL. If one of them is a filter, the page is sent without data, because the prefetched
   * queries apply no filter.
   */
  unlessAsked?: PageSearchParams
  /** right that the visitor needs to see the page */
  right?: AccessRight
  children: ReactNode
}) {
  await connection()
  const caller = readCaller(await headers())
  // the right is checked first, so that without it neither the server nor the browser runs a query of the page
  if (!caller.rights.has(right)) return <MissingRightNotice right={right} />
  await redirectToDefaultSavedView(caller)
  const given = Object.keys((await unlessAsked) ?? {}).filter(
    (name) => !isAllRowsParameter(name) && !CARRIED.includes(name),
  )
  if (given.length > 0) return children
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const leaveOut = (error: unknown) => {
    // The browser sends the failed query again, gets the same error and shows it. The error is therefore only logged
    // here.
    createComponentLogger('pages').debug({ err: error }, 'a page is sent without its data')
  }
  // The queries start together, so that they read the same state of the database. Otherwise their responses would have
  // different times (`asOf`).
  const runAll = (all: PagePrefetchQuery[]) =>
    shareQueriesInResponse(() =>
      Promise.all(
        all.map((query) =>
          query()
            .then(({ queryKey, queryFn }) =>
              queryClient.fetchQuery({
                queryKey,
                queryFn: async () => revealDirectionMarksInResponse(await queryFn()),
              }),
            )
            .catch(leaveOut),
        ),
      ),
    )
  // Queries for the content at the top of the page run first. If `PATIENCE_MS` passes before all queries have ended, at
  // least their results are available.
  const running = runAll(queries).then(async () => runAll((await further?.(caller)) ?? []))
  await Promise.race([running.catch(leaveOut), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))])
  return <ServerResponsesProvider state={dehydrate(queryClient)}>{children}</ServerResponsesProvider>
}

/**
 * Returns a Next page that consists of a single component.
 * @param ifPlain true = the page is sent without data if its URL contains a filter
 */
export const createPrefetchedScreen = (
  Screen: ComponentType,
  queries: PagePrefetchQuery[],
  ifPlain = false,
  right?: AccessRight,
) =>
  function Page({ searchParams }: { searchParams: PageSearchParams }) {
    return (
      <PageWithPrefetchedData queries={queries} {...(ifPlain && { unlessAsked: searchParams })} right={right}>
        <Screen />
      </PageWithPrefetchedData>
    )
  }
