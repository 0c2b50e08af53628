import { dehydrate, QueryClient } from '@tanstack/react-query'
import { headers } from 'next/headers'
import { connection } from 'next/server'
import type { ComponentType, ReactNode } from 'react'
import { openDefaultView } from '#app/_shared/page-address.ts'
import { DrawnPage } from '#components/data/drawn-page.tsx'
import { visibleAnswer } from '#components/data/visible-text.ts'
import { clockNames } from '#components/links/clock.ts'
import { isWholeParameter } from '#components/ui/table/whole-parameter.ts'
import { callerOf } from '#lib/access/index.ts'
import { NoRight } from '#components/access/no-right.tsx'
import type { Caller, Right } from '#lib/contract/index.ts'
import type { PageQuery } from './prefetch.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { inOneAnswer } from '#lib/platform/one-answer.ts'

export type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** What every link carries, and what is asked ahead follows. */
const CARRIED: readonly string[] = [...clockNames, 'customer']

/** After this time the page is sent without its data; its own queries then fetch it and show that they are loading. */
const PATIENCE_MS = 1500

/** Draws a page with its answers already in it, so that the first paint shows numbers and nothing jumps. */
export async function Prefetched({
  queries,
  further,
  unlessAsked,
  right = 'read',
  children,
}: {
  queries: PageQuery[]
  /** those that depend on the answers to others, and what stands further down */
  further?: (caller: Caller) => Promise<PageQuery[]>
  /** the page is sent without data if its address sets a parameter */
  unlessAsked?: SearchParams
  /** what its visitor must have */
  right?: Right
  children: ReactNode
}) {
  await connection()
  const caller = callerOf(await headers())
  // before anything is asked, and before the page's own queries are sent
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
  // answers that begin together rest on the same rows; a later one's `asOf` would be after them
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
  // where there is no time for all, what stands first on the page is there
  const running = runAll(queries).then(async () => runAll((await further?.(caller)) ?? []))
  await Promise.race([running.catch(leaveOut), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))])
  return <DrawnPage state={dehydrate(queryClient)}>{children}</DrawnPage>
}

/** A page that is one screen. @param ifPlain it is sent without data if its address sets a parameter */
export const screenPage = (Screen: ComponentType, queries: PageQuery[], ifPlain = false, right?: Right) =>
  function Page({ searchParams }: { searchParams: SearchParams }) {
    return (
      <Prefetched queries={queries} {...(ifPlain && { unlessAsked: searchParams })} right={right}>
        <Screen />
      </Prefetched>
    )
  }
