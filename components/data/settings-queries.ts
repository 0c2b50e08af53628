import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { BackTest, ServiceKeyRequest, ThresholdsAnswer } from '#lib/contract/index.ts'
import { type Answer, apiUrl, getJson, type Page } from './client.ts'
import type { QueryKey } from './query-keys.ts'

/** Detection's thresholds; the stream says when somebody saved another version. */
export const thresholdsQuery = () =>
  queryOptions({
    queryKey: ['settings', null, 'thresholds'] satisfies QueryKey,
    queryFn: ({ signal }) => getJson<Answer<ThresholdsAnswer>>(apiUrl('settings/thresholds'), signal),
    staleTime: 60_000,
  })

const WATCH_MS = 1_000

/** The last back-tests; asked again and again while one is in flight. */
export const backTestsQuery = () =>
  queryOptions({
    queryKey: ['settings', null, 'backTests'] satisfies QueryKey,
    queryFn: ({ signal }) => getJson<Answer<BackTest[]>>(apiUrl('back-tests'), signal),
    refetchInterval: ({ state }) => (state.data?.data.some(isInProgress) ? WATCH_MS : false),
  })

export const isInProgress = ({ state }: BackTest) => state === 'queued' || state === 'running'

const PAGE_ROWS = 100

/** Who asked for service keys, newest first, as far back as was asked for. */
export const serviceKeyRequestsQuery = () =>
  infiniteQueryOptions({
    queryKey: ['settings', null, 'serviceKeyRequests'] satisfies QueryKey,
    queryFn: ({ signal, pageParam }) =>
      getJson<Page<ServiceKeyRequest>>(apiUrl('service-key-requests', { cursor: pageParam, limit: PAGE_ROWS }), signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }: Page<ServiceKeyRequest>) => nextCursor,
  })

export const useServiceKeyRequests = () => useInfiniteQuery(serviceKeyRequestsQuery())
export const useThresholds = () => useQuery(thresholdsQuery())
/** Who saved a version of the thresholds, and when; of what is as shipped nobody did. */
export const useThresholdsVersion = (version: number) =>
  useQuery({
    ...thresholdsQuery(),
    enabled: version > 0,
    select: ({ data }: Answer<ThresholdsAnswer>) => data.versions.find((saved) => saved.version === version) ?? null,
  })
export const useBackTests = () => useQuery(backTestsQuery())
