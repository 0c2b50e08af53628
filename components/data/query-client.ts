import { type InvalidateOptions, type InvalidateQueryFilters, QueryClient, type QueryKey } from '@tanstack/react-query'
import { ApiError } from './api-error.ts'

/** A client error is not retried; an unreachable server is. */
const retry = (failures: number, error: Error) =>
  failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500)

/**
 * A list that is read for the first time is asked for again after a change, as any other: the request that is open may have been answered
 * before the change, and TanStack Query would take its answer for the state after it (`RefetchOptions.cancelRefetch` of its reference:
 * only a query that has data is cancelled).
 */
class PageClient extends QueryClient {
  override invalidateQueries<Key extends QueryKey = QueryKey>(
    filters?: InvalidateQueryFilters<Key>,
    options?: InvalidateOptions,
  ): Promise<void> {
    if (options?.cancelRefetch !== false)
      for (const query of this.getQueryCache().findAll({ ...filters, fetchStatus: 'fetching' }))
        if (query.state.data === undefined && query.isActive()) void query.cancel({ silent: true })
    return super.invalidateQueries(filters, options)
  }
}

/** What a page keeps of the answers that it read. */
export const createQueryClient = (): QueryClient =>
  new PageClient({
    defaultOptions: {
      // Peerwatch may run on this machine, which a browser without a network still reaches
      queries: { networkMode: 'always', staleTime: 2000, retry, retryDelay: (failures) => 300 * 2 ** failures },
    },
  })
