import type { Query, QueryClient } from '@tanstack/react-query'

/**
 * Asks anew what changes made old. A question that is on its way is not broken off, for under many changes it would be asked without
 * end and never answered, and the server would work for nobody: it is asked once more when its answer is there.
 */
export class Renewals {
  private readonly client: QueryClient
  private readonly waiting = new Set<string>()

  constructor(client: QueryClient) {
    this.client = client
  }

  /** @param isOld by a query's key */
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
    // how it ended is told by the query itself
    await promise?.catch(() => null)
    this.waiting.delete(queryHash)
    await this.renewNow(query)
  }

  private renewNow({ queryKey }: Query): Promise<void> {
    return this.client.invalidateQueries({ queryKey, exact: true }, { cancelRefetch: false })
  }
}
