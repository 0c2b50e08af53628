import type { Query, QueryClient } from '@tanstack/react-query'

/**
 * Refetches queries whose data a change made outdated. A fetch in progress is not cancelled, because frequent changes
 * would restart it forever. Instead, the query is fetched once more after its response has arrived.
 */
export class QueryRefetcher {
  private readonly client: QueryClient
  private readonly waiting = new Set<string>()

  constructor(client: QueryClient) {
    this.client = client
  }

  /** @param isOld reports whether the query with a key is outdated */
  renew(isOld: (queryKey: readonly unknown[]) => boolean): void {
    for (const query of this.client.getQueryCache().findAll({ predicate: ({ queryKey }) => isOld(queryKey) })) {
      if (query.state.fetchStatus === 'fetching') void this.renewAfterwards(query)
      else void this.renewNow(query)
    }
  }

  private async renewAfterwards(query: Query): Promise<void> {
    const { queryHash, promise } = query
    if (this.waiting.has(queryHash)) return
    this.waiting.add(queryHash)
    // The error is ignored here, because the component that uses the query shows it.
    await promise?.catch(() => null)
    this.waiting.delete(queryHash)
    await this.renewNow(query)
  }

  private renewNow({ queryKey }: Query): Promise<void> {
    return this.client.invalidateQueries({ queryKey, exact: true }, { cancelRefetch: false })
  }
}
