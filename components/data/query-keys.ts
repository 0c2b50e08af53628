import type { StreamChange } from '#lib/contract/index.ts'
import type { QueryParameters } from './client.ts'

export type ChangeTopic = StreamChange['topics'][number]

/**
 * Key of a query: the topic whose changes affect it, the ID of its resource (null = all resources), and the path and
 * parameters. An announced change has a topic and a resource, so the key is enough to decide whether the change affects
 * the query.
 */
export type QueryKey = readonly [topic: ChangeTopic, scope: string | null, ...rest: (string | QueryParameters)[]]

/**
 * Reports whether an announced change may have altered the result of a query. A change of another resource does not
 * affect a query for one resource. If the key contains an ARM ID, every change of its topic counts, because the ARM ID
 * cannot be compared with the short ID in the stream. Queries about a past moment are never affected.
 */
export function isQueryAffected(key: readonly unknown[], change: Pick<StreamChange, 'topics' | 'scope'>): boolean {
  const [topic, scope] = key as QueryKey
  if (!change.topics.includes(topic) || isAsOf(key)) return false
  return change.scope === null || scope === null || scope.includes('/') || scope === change.scope
}

/** Reports whether a query is about a moment in the past, which announced changes do not affect. */
const isAsOf = (key: readonly unknown[]) =>
  key.some((part) => typeof part === 'object' && part !== null && 'at' in part)
