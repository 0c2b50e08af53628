import { type StreamChange, streamChange } from '#lib/contract/index.ts'
import { CHANGES, listen } from '#lib/platform/notifications/index.ts'
import type { TopologyCache } from '../detection/topology-cache.ts'
import type { StreamTopic } from '../commit/topics.ts'

/**
 * Notifications of records, declarations and settings, received over one connection for all followers in this process.
 */
export interface ChangeFeed {
  /** resolves when the connection listens */
  ready: Promise<void>
  /** Calls `act` with each change of one of the topics, and with null if notifications may have been lost. */
  on(topics: readonly StreamTopic[], act: (change: StreamChange | null) => void): void
  close(): Promise<void>
}

/** Listens until it is closed. A lost connection is restored. */
export function followChanges(databaseUrl: string): ChangeFeed {
  const followers: { topics: readonly StreamTopic[]; act: (change: StreamChange | null) => void }[] = []
  const take = (payload: string) => {
    const change = streamChange.parse(JSON.parse(payload))
    for (const { topics, act } of followers) if (topics.some((topic) => change.topics.includes(topic))) act(change)
  }
  const onReconnect = () => {
    for (const { act } of followers) act(null)
  }
  const { ready, close } = listen(databaseUrl, CHANGES, take, { onReconnect })
  return { ready, close, on: (topics, act) => void followers.push({ topics, act }) }
}

/**
 * Makes a worker discard its cached estate as soon as somebody changes declarations or thresholds, so that the next
 * poll reads the current ones.
 */
export function followDeclarations(changes: Pick<ChangeFeed, 'on'>, book: Pick<TopologyCache, 'forget'>): void {
  changes.on(['declarations', 'settings'], () => book.forget())
}
