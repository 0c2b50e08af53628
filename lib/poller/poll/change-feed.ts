import { type StreamChange, streamChange } from '#lib/contract/index.ts'
import { CHANGES, listen } from '#lib/platform/notifications/index.ts'
import type { TopologyCache } from '../detection/topology-cache.ts'
import type { StreamTopic } from '../commit/topics.ts'

/** What is recorded, declared and set anywhere, received over one connection for all followers in this process. */
export interface ChangeFeed {
  /** resolves when it listens */
  ready: Promise<void>
  /** Calls `act` when something about one of the topics was said, and with null when word of it may have been lost. */
  on(topics: readonly StreamTopic[], act: (change: StreamChange | null) => void): void
  close(): Promise<void>
}

/** Listens until it is closed; a connection that is lost is made again. */
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
 * Makes a worker forget what it knows of the estate as soon as somebody declares something or changes a threshold. The next
 * poll reads what is in force.
 */
export function followDeclarations(changes: Pick<ChangeFeed, 'on'>, book: Pick<TopologyCache, 'forget'>): void {
  changes.on(['declarations', 'settings'], () => book.forget())
}
