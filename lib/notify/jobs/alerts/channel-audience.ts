import { createHash } from 'node:crypto'
import { type AccessScope, type EpochMs, listAccessScopeTexts, parseAccessScope } from '#lib/contract/index.ts'
import type { StoredEvent } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { StoredChannel } from '../../store/channels.ts'

/**
 * All channels with the same access scope. Alerts are evaluated separately for each audience and only from data within
 * its scope, so that a text, a time or a severity never reveals data outside of the scope.
 */
export interface ChannelAudience {
  /** hash of the scope; '' for channels that see everything */
  key: string
  scope: AccessScope
}

export const UNLIMITED_AUDIENCE: ChannelAudience = { key: '', scope: 'everything' }

/**
 * Functions that read data limited to an access scope. They are passed in by the caller that starts the notifier,
 * because the code that determines the resources in a scope is in a higher layer.
 */
export interface AccessScopedReaders {
  /**
   * Returns a connection that returns only data within a scope.
   * @throws the error of the query, so that nothing is decided for the scope
   */
  readerOf(scope: AccessScope): Promise<SqlExecutor>
  /**
   * Returns the events within the scope of the connection, without the names of circuits that serve other customers.
   */
  eventsFor(reader: SqlExecutor, events: readonly StoredEvent[]): StoredEvent[]
  /**
   * Returns a function from an event to the name of its customer at `now`; null = the event does not belong to a
   * customer. Reads on a separate connection.
   */
  customers(now: EpochMs): Promise<(event: Pick<StoredEvent, 'scope' | 'subject'>) => string | null>
  /**
   * Removes names of other customers from a message. It is a second protection in addition to the limited connection.
   */
  withoutOthers<Content>(reader: SqlExecutor, content: Content): Content
}

const KEY_LENGTH = 16

export function getChannelAudience({ scopes }: Pick<StoredChannel, 'scopes'>): ChannelAudience {
  const scope = parseAccessScope(scopes)
  if (scope === 'everything') return UNLIMITED_AUDIENCE
  const text = JSON.stringify(listAccessScopeTexts(scope))
  return { key: createHash('sha256').update(text).digest('base64url').slice(0, KEY_LENGTH), scope }
}

/**
 * Returns the audiences of enabled channels with a limited scope, each once. Channels without a limited scope belong to
 * {@link UNLIMITED_AUDIENCE}, which is not included.
 */
export function listScopedAudiences(channels: readonly StoredChannel[]): ChannelAudience[] {
  const found = channels.filter(({ enabled }) => enabled).map(getChannelAudience)
  return [...new Map(found.filter(({ key }) => key !== UNLIMITED_AUDIENCE.key).map((one) => [one.key, one])).values()]
}

const SEPARATOR = '@'

/**
 * Returns the ID of the alert that an audience has about an incident, missing data or announced work, for example
 * `inc_1@KEY`; without a suffix for {@link UNLIMITED_AUDIENCE}.
 */
export const formatAlertId = (id: string, { key }: ChannelAudience): string => (key === '' ? id : id + SEPARATOR + key)

/** Returns the parts of an alert ID: the ID of its subject (usually an incident), and the key of the audience. */
export function parseAlertId(alertId: string): { id: string; key: string } {
  const [id = '', key = ''] = alertId.split(SEPARATOR)
  return { id, key }
}

/**
 * Returns the suffix of the IDs of all alerts of an audience; null for {@link UNLIMITED_AUDIENCE}, whose IDs have no
 * suffix.
 */
export const getAlertIdSuffix = ({ key }: ChannelAudience): string | null => (key === '' ? null : SEPARATOR + key)
export const ALERT_SUFFIX_SEPARATOR = SEPARATOR
