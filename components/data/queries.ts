import { infiniteQueryOptions, useQuery } from '@tanstack/react-query'
import { buildApiUrl, getJson, type ApiResponsePage, type QueryParameters } from './client.ts'
import { useServerResponse } from './server-answers.tsx'
import {
  type EndpointResponse,
  type EndpointParameters,
  createEndpointQuery,
  addPageSelectionToParameters,
  MAX_ROWS_PER_PAGE,
  buildRequest,
  type ScreenEndpointPath,
  usePageSelection,
} from './endpoint.ts'

/** Queries the session between two addresses at a gateway or circuit; `data` is null if there is no such session. */
export const useSession = (scope: string, ends: { localAddress: string; neighbor: string } | null) =>
  useQuery({
    ...createEndpointQuery('sessions', useOfPage('sessions', { scope })),
    select: (page) => ({
      ...page,
      data:
        page.data.find(
          ({ localAddress, neighbor }) => localAddress === ends?.localAddress && neighbor === ends.neighbor,
        ) ?? null,
    }),
  })

const useOfPage = <Path extends ScreenEndpointPath>(path: Path, parameters: EndpointParameters<Path>) =>
  addPageSelectionToParameters(path, parameters as QueryParameters, usePageSelection()) as EndpointParameters<Path>

/**
 * Queries the route lookup of an address.
 * @param enabled false while there is no address
 */
export function useRouteLookup(parameters: EndpointParameters<'routes/lookup'>, enabled: boolean) {
  const query = createEndpointQuery('routes/lookup', useOfPage('routes/lookup', parameters))
  return useServerResponse(useQuery({ ...query, enabled }), query.queryKey)
}

/**
 * Queries the history of a prefix.
 * @param enabled false while there is no prefix
 */
export function useRouteHistory(parameters: EndpointParameters<'routes/history'>, enabled: boolean) {
  const query = createEndpointQuery('routes/history', useOfPage('routes/history', parameters))
  return useServerResponse(useQuery({ ...query, enabled }), query.queryKey)
}

export const isComputationInProgress = ({ state }: { state: string }) => state === 'queued' || state === 'running'

/** Interval between two requests for the progress of a computation, milliseconds. */
export const PROGRESS_POLL_MS = 1_000

/**
 * Queries the results of the last computation of double failures. While the computation is running, the query is
 * repeated every second.
 */
export const useDoubleLosses = () =>
  useQuery({
    ...createEndpointQuery('resilience/n-2', useOfPage('resilience/n-2', {})),
    refetchInterval: ({ state }) => (state.data && isComputationInProgress(state.data.data) ? PROGRESS_POLL_MS : false),
  })

/** Returns the query of a list whose older pages are loaded on request. */
export function createPagedEndpointQuery<
  Path extends ScreenEndpointPath & ('notifications' | 'service-key-requests' | 'audit'),
>(path: Path) {
  const { policy, queryKey } = buildRequest(path, {})
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ signal, pageParam }) =>
      getJson<EndpointResponse<Path>>(buildApiUrl(path, { cursor: pageParam, limit: MAX_ROWS_PER_PAGE }), signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }: EndpointResponse<Path>) => nextCursor,
    refetchInterval: policy.refetchMs ?? (false as const),
  })
}

/** Loads every page of a list, for example for an export. */
export async function readAllPages<Row>(
  path: string,
  parameters: QueryParameters,
  signal?: AbortSignal,
): Promise<Row[]> {
  const rows: Row[] = []
  let cursor: string | null = null
  do {
    const page: ApiResponsePage<Row> = await getJson<ApiResponsePage<Row>>(
      buildApiUrl(path, { ...parameters, cursor, limit: 1000 }),
      signal,
    )
    rows.push(...page.data)
    cursor = page.nextCursor
  } while (cursor)
  return rows
}
