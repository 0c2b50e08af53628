import { createHash } from 'node:crypto'
import { type AccessScope, type EpochMs, formatScope, parseScope } from '#lib/contract/index.ts'
import type { StoredEvent } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { StoredChannel } from '../../store/channels.ts'

/**
 * The receivers of an alert: the channels of one scope. Each audience has its own alerts, decided only from data within
 * its scope, so that texts, times and severities never reveal data outside of it.
 */
export interface Audience {
  /** '' = channels without a scope */
  key: string
  scope: AccessScope
}

export const EVERYBODY: Audience = { key: '', scope: 'everything' }

/**
 * Queries limited to a scope. The caller that starts the notifier provides them, because scopes are resolved in a
 * higher layer.
 */
export interface ScopedReading {
  /** Returns a connection limited to the scope. @throws errors of the query; then nothing is decided for the scope */
  readerOf(scope: AccessScope): Promise<Queryable>
  /** Returns the events without the circuits that carry their prefixes for other customers. */
  eventsFor(reader: Queryable, events: readonly StoredEvent[]): StoredEvent[]
  /**
   * Returns a function for the customer's name of each event as of `now`; null = no customer. Uses a separate
   * connection.
   */
  customers(now: EpochMs): Promise<(event: Pick<StoredEvent, 'scope' | 'subject'>) => string | null>
  /** Removes names of other customers from a text, as a second protection. */
  withoutOthers<Content>(reader: Queryable, content: Content): Content
}

const KEY_LENGTH = 16

export function channelAudience({ scopes }: Pick<StoredChannel, 'scopes'>): Audience {
  const scope = parseScope(scopes)
  if (scope === 'everything') return EVERYBODY
  const text = JSON.stringify(formatScope(scope))
  return { key: createHash('sha256').update(text).digest('base64url').slice(0, KEY_LENGTH), scope }
}

/** Returns the audiences of enabled channels, without {@link EVERYBODY}. */
export function scopedAudiences(channels: readonly StoredChannel[]): Audience[] {
  const found = channels.filter(({ enabled }) => enabled).map(channelAudience)
  return [...new Map(found.filter(({ key }) => key !== EVERYBODY.key).map((one) => [one.key, one])).values()]
}

const SEPARATOR = '@'

/** Returns the ID of an audience's alert about an incident or about missing data. */
export const alertIdOf = (id: string, { key }: Audience): string => (key === '' ? id : id + SEPARATOR + key)

/** Returns the incident's ID in an alert ID, and the key of its audience. */
export function alertParts(alertId: string): { id: string; key: string } {
  const [id = '', key = ''] = alertId.split(SEPARATOR)
  return { id, key }
}

/** Returns the suffix of the IDs of all alerts of an audience; null for {@link EVERYBODY}, whose IDs have no suffix. */
export const alertSuffix = ({ key }: Audience): string | null => (key === '' ? null : SEPARATOR + key)
export const ANY_SUFFIX = SEPARATOR
