import type { AccessScope, Caller, StreamChange } from '#lib/contract/index.ts'
import { visibleTo } from '#lib/history/index.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { queryable } from '../db.ts'
import { GOOD_FOR_MS, readerOf } from '../scoped/reader-of.ts'

/**
 * Which changes a caller is notified of: those of what the scope sees, and those that name nothing; of cost with the right to it.
 * @returns null = all
 */
export async function changeFilter({
  scope,
  rights,
}: Pick<Caller, 'scope' | 'rights'>): Promise<((change: StreamChange) => boolean) | null> {
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
        componentLogger('stream').debug({ err: error }, 'the scope of a stream could not be read again'),
    )
  }
  return ({ scope: about }) => {
    if (performance.now() - at > GOOD_FOR_MS) renew()
    return about === null || seen.has(about)
  }
}

async function scopesSeen(scope: AccessScope): Promise<ReadonlySet<string>> {
  const visible = visibleTo(queryable(await readerOf(scope)))
  return new Set([...(visible?.shortIds ?? []), ...(visible?.sharedShortIds ?? [])])
}
