'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import {
  type unstable_AdapterInterface as SearchAdapter,
  unstable_createAdapterProvider as createAdapterProvider,
} from 'nuqs/adapters/custom'
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'
import { SNAPSHOT_NAMES_KEY } from '#lib/contract/access/rights.ts'
import { CurrentUserProvider, type CurrentUser } from '../access/caller.tsx'
import { ApiError } from '../data/api-error.ts'
import { ServerResponsesContext } from '../data/server-answers.tsx'
import { findQueryKeyUrl } from '../data/endpoint.ts'
import { formatInstant } from '../format/instant.ts'
import { parsePageTime } from '../links/page-time.ts'
import { SnapshotNamesContext } from '../links/page-selection-provider.tsx'
import { findPageBehaviorInPast } from '../links/past-pages.ts'
import { PrintedPageHead } from '../paper/print-sheet.tsx'
import { PageSearchProvider } from '../time/page-search-provider.tsx'
import { PageDefaultRangeProvider } from '../time/default-range.tsx'
import { BrandMark } from '../ui/drawing/brand-mark.tsx'
import { PreferencesProvider, useZone } from '../ui/preferences.tsx'
import type { DisplayPreferences } from '../ui/preferences-values.ts'
import { ClockProvider } from '../ui/times/page-clock.tsx'
import { ToastProvider } from '../ui/toast.tsx'

interface FrozenAnswers {
  page: string
  search: string
  madeBy: string
  madeAt: Date
  expiresAt: Date
  answers: Record<string, unknown>
}

/** Used for snapshots without stored names, which an older version created. */
const NO_NAMES = {}
const OUTSIDER: CurrentUser = { kind: 'wall', name: '', role: null, rights: ['read', 'read_cost'] }

/**
 * Page of a snapshot. It renders the original page's components with the stored API responses, at the time when the
 * snapshot was made (ADR 0267).
 */
export function SnapshotPage({
  frozen,
  preferences,
  children,
}: {
  frozen: FrozenAnswers
  preferences: DisplayPreferences
  children: ReactNode
}) {
  const [{ client, drawn }] = useState(() => createSnapshotQueryClient(frozen.answers))
  return (
    <CurrentUserProvider caller={OUTSIDER}>
      <SnapshotNamesContext value={(frozen.answers[SNAPSHOT_NAMES_KEY] ?? NO_NAMES) as Record<string, string>}>
        <FrozenSearch search={frozen.search}>
          <QueryClientProvider client={client}>
            <ServerResponsesContext value={drawn}>
              <PreferencesProvider initial={preferences}>
                <ClockProvider renderedAt={frozen.madeAt.getTime()} isStanding>
                  <ToastProvider>
                    <PageSearchProvider page={frozen.page}>
                      <PageDefaultRangeProvider>
                        <div data-snapshot className="min-h-dvh">
                          <Head {...frozen} />
                          <main id="content" className="mx-auto max-w-[110rem] px-3 pt-4 pb-16 sm:px-5 lg:pt-5">
                            <PrintedPageHead />
                            {children}
                          </main>
                        </div>
                      </PageDefaultRangeProvider>
                    </PageSearchProvider>
                  </ToastProvider>
                </ClockProvider>
              </PreferencesProvider>
            </ServerResponsesContext>
          </QueryClientProvider>
        </FrozenSearch>
      </SnapshotNamesContext>
    </CurrentUserProvider>
  )
}

/** Head of a snapshot page: the time that it shows, its author and its expiry. */
function Head({ page, search, madeBy, madeAt, expiresAt }: FrozenAnswers) {
  const query = new URLSearchParams(search)
  const { at } = parsePageTime({ at: query.get('at'), to: query.get('to') }, madeAt.getTime())
  const shown = findPageBehaviorInPast(page).shows === 'now' ? null : at
  const zone = useZone()
  const written = (moment: string | Date) => formatInstant(new Date(moment).getTime(), zone)
  return (
    <header className="flex flex-wrap items-center gap-x-4 gap-y-1 bg-past px-3 py-2 text-xs text-past-ink sm:px-5">
      <span className="flex items-center gap-2 text-sm font-semibold">
        <BrandMark className="size-5" />
        Snapshot
      </span>
      <span>
        as of <strong className="font-semibold">{written(shown ?? madeAt)}</strong>
      </span>
      <span>
        made by {madeBy}
        {shown !== null && `, ${written(madeAt)}`}
      </span>
      <span className="sm:ml-auto">opens until {written(expiresAt)}</span>
    </header>
  )
}

const Search = createContext<SearchAdapter>({ searchParams: new URLSearchParams(), updateUrl: () => {} })
const SearchInMemory = createAdapterProvider(() => useContext(Search))

/**
 * Provides the URL parameters of the original page from memory, because the real URL contains only the token. Clicks
 * change only the parameters in memory.
 */
function FrozenSearch({ search, children }: { search: string; children: ReactNode }) {
  const [searchParams, setSearch] = useState(() => new URLSearchParams(search))
  const adapter = useMemo(
    () => ({ searchParams, updateUrl: (next: URLSearchParams) => setSearch(new URLSearchParams(next)) }),
    [searchParams],
  )
  return (
    <Search value={adapter}>
      <SearchInMemory>{children}</SearchInMemory>
    </Search>
  )
}

type Answers = Readonly<Record<string, unknown>>

/**
 * Returns the URL of an API request with sorted parameters. The sorting makes URLs comparable, because stored URLs may
 * have their parameters in another order.
 */
function sortedQuestion(question: string, without: readonly string[] = []): string {
  const { pathname, searchParams } = new URL(question, 'http://page')
  for (const name of without) searchParams.delete(name)
  searchParams.sort()
  return `${pathname}?${searchParams}`
}
/**
 * Returns the URL of an API request without its time range and its extent. The ranges may differ, because the start of a
 * range that ends now is rounded, and the browser may round it to a later step than the browser that made the snapshot.
 * The extent (`detail`) is never stored, because a snapshot contains whole responses.
 */
const withoutRange = (question: string) => sortedQuestion(question, ['from', 'to', 'detail'])

/** Returns a function that finds the stored API response for a query key; undefined = not stored. */
function keptAnswers(answers: Answers): (key: readonly unknown[]) => unknown {
  const exact = new Map(Object.entries(answers).map(([question, answer]) => [sortedQuestion(question), answer]))
  const byRest = Map.groupBy(exact.keys(), withoutRange)
  return (key) => {
    const question = findQueryKeyUrl(key)
    if (question === null) return undefined
    const found = exact.get(sortedQuestion(question))
    if (found !== undefined) return found
    const [alike, ...others] = byRest.get(withoutRange(question)) ?? []
    return alike !== undefined && others.length === 0 ? exact.get(alike) : undefined
  }
}

/**
 * Returns a query client that never sends requests; every query gets its stored response. `drawn` finds responses by
 * the hash of the query key.
 */
export function createSnapshotQueryClient(answers: Answers) {
  const answerOf = keptAnswers(answers)
  const client = new QueryClient()
  const usual = client.defaultQueryOptions.bind(client)
  client.defaultQueryOptions = ((options: Parameters<typeof usual>[0]) => ({
    ...usual(options),
    initialData: answerOf(options.queryKey ?? []),
    placeholderData: undefined,
    queryFn: () => Promise.reject(new ApiError(410, 'Not in this snapshot', 'It was made without this part.')),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
    retry: false,
  })) as unknown as typeof usual
  return { client, drawn: { get: (hash: string) => answerOf(JSON.parse(hash)) } }
}
