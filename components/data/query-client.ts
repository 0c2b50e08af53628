import { type InvalidateOptions, type InvalidateQueryFilters, QueryClient, type QueryKey } from '@tanstack/react-query'
import { ApiError } from './api-error.ts'

/** Reports whether a request is retried: at most twice, and only if the error is not a client error. */
const retry = (failures: number, error: Error) =>
  failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500)

/**
 * Query client that differs from TanStack Query if a query is invalidated while its first request is still open. It
 * cancels this request and sends it again, because the server may have answered it before the change. TanStack Query
 * would treat the response as current (`RefetchOptions.cancelRefetch` in its reference: only a query that has data is
 * cancelled).
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

/** Creates the query client, which caches the API responses of a page. */
export const createQueryClient = (): QueryClient =>
  new PageClient({
    defaultOptions: {
      // requests are also sent if the browser reports no network, because Peerwatch may run on the same machine
      queries: { networkMode: 'always', staleTime: 2000, retry, retryDelay: (failures) => 300 * 2 ** failures },
    },
  })
