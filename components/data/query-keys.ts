import type { StreamChange } from '#lib/contract/index.ts'
import type { QueryParameters } from './client.ts'

export type Topic = StreamChange['topics'][number]

/**
 * Key of a query: the topic whose changes affect it, the ID of its resource (null = all resources), and the rest.
 * Changes in the stream name a topic and a scope, so a key is enough to decide whether a change affects the query.
 */
export type QueryKey = readonly [topic: Topic, scope: string | null, ...rest: (string | QueryParameters)[]]

/**
 * Reports whether a change may have altered the result of a query. Changes of another resource do not affect a query
 * for one resource. An ARM ID in a key cannot be compared with the short ID in the stream, so changes of its topic
 * always affect such a query.
 */
export function isAffected(key: readonly unknown[], change: Pick<StreamChange, 'topics' | 'scope'>): boolean {
  const [topic, scope] = key as QueryKey
  if (!change.topics.includes(topic) || isAsOf(key)) return false
  return change.scope === null || scope === null || scope.includes('/') || scope === change.scope
}

/** Reports whether a query is about a moment in the past, whose result no longer changes. */
const isAsOf = (key: readonly unknown[]) =>
  key.some((part) => typeof part === 'object' && part !== null && 'at' in part)
