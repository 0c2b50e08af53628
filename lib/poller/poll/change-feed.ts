import { type StreamChange, streamChangeSchema } from '#lib/contract/index.ts'
import { CHANGES_NOTIFY_CHANNEL, listenToChannel } from '#lib/platform/notifications/index.ts'
import type { TopologyCache } from '../detection/topology-cache.ts'
import type { StreamTopic } from '../commit/changed-topics.ts'

/**
 * Notifications about new records, declarations and settings from the database. All listeners of this process share one
 * connection.
 */
export interface ChangeFeed {
  /** Resolves when the connection receives notifications. */
  ready: Promise<void>
  /**
   * Registers a function that is called with each change of one of the topics. It is called with null if notifications
   * may have been lost.
   */
  on(topics: readonly StreamTopic[], act: (change: StreamChange | null) => void): void
  close(): Promise<void>
}

/** Opens the connection for notifications. A lost connection is restored until `close` is called. */
export function followChanges(databaseUrl: string): ChangeFeed {
  const followers: { topics: readonly StreamTopic[]; act: (change: StreamChange | null) => void }[] = []
  const take = (payload: string) => {
    const change = streamChangeSchema.parse(JSON.parse(payload))
    for (const { topics, act } of followers) if (topics.some((topic) => change.topics.includes(topic))) act(change)
  }
  const onReconnect = () => {
    for (const { act } of followers) act(null)
  }
  const { ready, close } = listenToChannel(databaseUrl, CHANGES_NOTIFY_CHANNEL, take, { onReconnect })
  return { ready, close, on: (topics, act) => void followers.push({ topics, act }) }
}

/**
 * Removes a worker's cached estate as soon as declarations or thresholds change, so that the next poll uses the new
 * values.
 */
export function forgetTopologyOnDeclarationChange(
  changes: Pick<ChangeFeed, 'on'>,
  book: Pick<TopologyCache, 'forget'>,
): void {
  changes.on(['declarations', 'settings'], () => book.forget())
}
