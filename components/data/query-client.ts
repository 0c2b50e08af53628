import { type InvalidateOptions, type InvalidateQueryFilters, QueryClient, type QueryKey } from '@tanstack/react-query'
import { ApiError } from './api-error.ts'

/** Reports whether a request is retried: at most twice, and only if the error is not a client error. */
const retry = (failures: number, error: Error) =>
  failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500)

/**
 * Query client that also cancels and repeats a list's first request when the list is invalidated. The open request may
 * have been answered before the change, and TanStack Query would treat its response as current
 * (`RefetchOptions.cancelRefetch` in its reference: only a query that has data is cancelled).
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

/** Creates the cache of a page's API responses. */
export const createQueryClient = (): QueryClient =>
  new PageClient({
    defaultOptions: {
      // Peerwatch may run on this machine, which a browser can reach without a network
      queries: { networkMode: 'always', staleTime: 2000, retry, retryDelay: (failures) => 300 * 2 ** failures },
    },
  })
