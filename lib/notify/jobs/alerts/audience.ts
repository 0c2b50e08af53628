import { createHash } from 'node:crypto'
import { type AccessScope, type EpochMs, formatScope, parseScope } from '#lib/contract/index.ts'
import type { StoredEvent } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { StoredChannel } from '../../store/channels.ts'

/**
 * Whom an alert is for: the channels of one scope. Each audience has alerts of its own, decided from what its scope sees, so that neither
 * words nor times nor severities come from what it does not see.
 */
export interface Audience {
  /** '' = everybody */
  key: string
  scope: AccessScope
}

export const EVERYBODY: Audience = { key: '', scope: 'everything' }

/**
 * Reads what a scope sees. It is given by who starts the notifier: whose everything is, is known above.
 */
export interface ScopedReading {
  /** @throws what reading throws; then nothing is decided for the scope */
  readerOf(scope: AccessScope): Promise<Queryable>
  /** events without what carries their prefixes for others */
  eventsFor(reader: Queryable, events: readonly StoredEvent[]): StoredEvent[]
  /** whose each event is as of `now`, by the customer's name; null = nobody's. Reads on a connection of its own */
  customers(now: EpochMs): Promise<(event: Pick<StoredEvent, 'scope' | 'subject'>) => string | null>
  /** the second lock: a text without the names of others */
  withoutOthers<Content>(reader: Queryable, content: Content): Content
}

const KEY_LENGTH = 16

export function channelAudience({ scopes }: Pick<StoredChannel, 'scopes'>): Audience {
  const scope = parseScope(scopes)
  if (scope === 'everything') return EVERYBODY
  const text = JSON.stringify(formatScope(scope))
  return { key: createHash('sha256').update(text).digest('base64url').slice(0, KEY_LENGTH), scope }
}

/** The scopes of enabled channels, without {@link EVERYBODY}. */
export function scopedAudiences(channels: readonly StoredChannel[]): Audience[] {
  const found = channels.filter(({ enabled }) => enabled).map(channelAudience)
  return [...new Map(found.filter(({ key }) => key !== EVERYBODY.key).map((one) => [one.key, one])).values()]
}

const SEPARATOR = '@'

/** The alert of an audience about an incident, or about missing data. */
export const alertIdOf = (id: string, { key }: Audience): string => (key === '' ? id : id + SEPARATOR + key)

/** What an alert is about, and the key of its audience. */
export function alertParts(alertId: string): { id: string; key: string } {
  const [id = '', key = ''] = alertId.split(SEPARATOR)
  return { id, key }
}

/** The end of the ids of all alerts of an audience; null = of everybody's, which have none. */
export const alertSuffix = ({ key }: Audience): string | null => (key === '' ? null : SEPARATOR + key)
export const ANY_SUFFIX = SEPARATOR
