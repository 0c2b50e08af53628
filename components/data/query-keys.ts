import type { StreamChange } from '#lib/contract/index.ts'
import type { QueryParameters } from './client.ts'

export type Topic = StreamChange['topics'][number]

/**
 * A query's key: the topic whose changes affect it, the resource it is about (null = all of them), and the rest.
 * The stream's changes name a topic and a scope, so a key is enough to decide whether a change affects the query.
 */
export type QueryKey = readonly [topic: Topic, scope: string | null, ...rest: (string | QueryParameters)[]]

/**
 * Whether a change may have altered what a query shows. A query about one resource is left alone by changes of
 * another; an ARM id in a key cannot be compared with the stream's short id, so such a query is always affected.
 */
export function isAffected(key: readonly unknown[], change: Pick<StreamChange, 'topics' | 'scope'>): boolean {
  const [topic, scope] = key as QueryKey
  if (!change.topics.includes(topic) || isAsOf(key)) return false
  return change.scope === null || scope === null || scope.includes('/') || scope === change.scope
}

/** What was so at a moment does not change any more. */
const isAsOf = (key: readonly unknown[]) =>
  key.some((part) => typeof part === 'object' && part !== null && 'at' in part)
