import { createHash } from 'node:crypto'
import { type AccessScope, type EpochMs, formatScope, parseScope } from '#lib/contract/index.ts'
import type { StoredEvent } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { StoredChannel } from '../../store/channels.ts'

/**
 * The receivers of an alert: all channels with the same access scope. Alerts are decided separately for each audience,
 * only from data within its scope, so that texts, times and severities never reveal data outside of it.
 */
export interface Audience {
  /** key of the scope; '' = channels without a scope */
  key: string
  scope: AccessScope
}

export const EVERYBODY: Audience = { key: '', scope: 'everything' }

/**
 * Queries limited to an access scope. The caller that starts the notifier provides them, because scopes are resolved in
 * a higher layer of the code.
 */
export interface ScopedReading {
  /**
   * Returns a connection limited to the scope.
   * @throws errors of the query; then nothing is decided for the scope
   */
  readerOf(scope: AccessScope): Promise<Queryable>
  /** Returns the events without the names of circuits that carry prefixes for other customers. */
  eventsFor(reader: Queryable, events: readonly StoredEvent[]): StoredEvent[]
  /**
   * Returns a function that gives the name of an event's customer as of `now`; null = no customer. Uses a separate
   * connection.
   */
  customers(now: EpochMs): Promise<(event: Pick<StoredEvent, 'scope' | 'subject'>) => string | null>
  /**
   * Removes names of other customers from the content of a message, as a second protection after the limited
   * connection.
   */
  withoutOthers<Content>(reader: Queryable, content: Content): Content
}

const KEY_LENGTH = 16

export function channelAudience({ scopes }: Pick<StoredChannel, 'scopes'>): Audience {
  const scope = parseScope(scopes)
  if (scope === 'everything') return EVERYBODY
  const text = JSON.stringify(formatScope(scope))
  return { key: createHash('sha256').update(text).digest('base64url').slice(0, KEY_LENGTH), scope }
}

/** Returns the audiences of enabled channels that are limited to a scope, which excludes {@link EVERYBODY}. */
export function scopedAudiences(channels: readonly StoredChannel[]): Audience[] {
  const found = channels.filter(({ enabled }) => enabled).map(channelAudience)
  return [...new Map(found.filter(({ key }) => key !== EVERYBODY.key).map((one) => [one.key, one])).values()]
}

const SEPARATOR = '@'

/** Returns the ID of an audience's alert about an incident or about missing data. */
export const alertIdOf = (id: string, { key }: Audience): string => (key === '' ? id : id + SEPARATOR + key)

/** Returns the parts of an alert ID: the ID of the incident, and the key of the audience. */
export function alertParts(alertId: string): { id: string; key: string } {
  const [id = '', key = ''] = alertId.split(SEPARATOR)
  return { id, key }
}

/** Returns the suffix of the IDs of all alerts of an audience; null for {@link EVERYBODY}, whose IDs have no suffix. */
export const alertSuffix = ({ key }: Audience): string | null => (key === '' ? null : SEPARATOR + key)
export const ANY_SUFFIX = SEPARATOR
