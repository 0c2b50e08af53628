import type { AccessScope, RequestCaller, StreamChange } from '#lib/contract/index.ts'
import { getReaderVisibility } from '#lib/history/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { getSqlExecutor } from '../db.ts'
import { OWNERSHIP_CACHE_MS, openScopedReader } from '../scoped/scoped-reader.ts'

/**
 * Returns a function that reports whether a caller may receive a change. A change that names a resource is sent only if
 * the caller may see the resource. A change that is only about cost is sent only if the caller has the right to read
 * cost.
 * @returns null = the caller receives all changes
 */
export async function createChangeFilter({
  scope,
  rights,
}: Pick<RequestCaller, 'scope' | 'rights'>): Promise<((change: StreamChange) => boolean) | null> {
  const seesScope = await scopeFilter(scope)
  if (rights.has('read_cost')) return seesScope
  return (change) => change.topics.some((topic) => topic !== 'cost') && (seesScope === null || seesScope(change))
}

async function scopeFilter(scope: AccessScope): Promise<((change: StreamChange) => boolean) | null> {
  if (scope === 'everything') return null
  let seen = await scopesSeen(scope)
  let at = performance.now()
  const renew = () => {
    at = performance.now()
    scopesSeen(scope).then(
      (now) => {
        seen = now
      },
      (error: unknown) =>
        createComponentLogger('stream').debug({ err: error }, 'the scope of a stream could not be read again'),
    )
  }
  return ({ scope: about }) => {
    if (performance.now() - at > OWNERSHIP_CACHE_MS) renew()
    return about === null || seen.has(about)
  }
}

async function scopesSeen(scope: AccessScope): Promise<ReadonlySet<string>> {
  const visible = getReaderVisibility(getSqlExecutor(await openScopedReader(scope)))
  return new Set([...(visible?.shortIds ?? []), ...(visible?.sharedShortIds ?? [])])
}
