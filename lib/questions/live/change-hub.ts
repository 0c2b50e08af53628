import { randomBytes } from 'node:crypto'
import {
  type RequestCaller,
  type EpochMs,
  type StreamChange,
  streamChangeSchema,
  streamTopics,
} from '#lib/contract/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'

/**
 * A change as it is sent to clients. A client that reconnects sends the last `id` that it received, and then receives
 * the later changes.
 */
export interface NumberedStreamChange {
  id: string
  change: StreamChange
}

interface Subscriber {
  /** caller of the stream, so that the number of streams per caller can be limited */
  caller: Pick<RequestCaller, 'kind' | 'id'>
  /** Receives changes that are sent together, in order. All subscribers get the same array. */
  onChanges(sent: readonly NumberedStreamChange[]): void
  /** Called when the hub closes. The subscriber must then end its stream, so that the process can stop. */
  onClose(): void
}

interface HubOptions {
  now?: () => EpochMs
  /** time in ms for which changes are collected before they are sent together; default 25 */
  gatherMs?: number
  /**
   * Called for each received notification when it is sent to subscribers, with its age in ms. It is not called if there
   * are no subscribers.
   */
  onSent?: (ageMs: number) => void
  /** Called immediately for each new change, before it is merged with other changes. */
  onTaken?: (change: StreamChange) => void
  /** number of sent changes that are kept for reconnecting clients; default 1000 */
  keep?: number
}

/**
 * Maximum number of resources for which separate changes are sent together. If the collected changes concern more
 * resources, they are merged into one change that names no resource.
 */
const SCOPES_AT_ONCE = 20

/**
 * Distributes changes to the event streams of this process. Changes of the same resource within `gatherMs` are merged.
 * The last changes are stored, so that a client that reconnects receives the changes that it missed. If these are no
 * longer stored, the client receives a single change that makes it read all data again.
 */
export class EventStreamChangeDistributor {
  /** random prefix of the change ids of this process, so that ids from another process are recognized as unknown */
  private readonly run = randomBytes(6).toString('hex')
  private readonly subscribers = new Set<Subscriber>()
  private readonly sent: NumberedStreamChange[] = []
  private readonly gathered = new Map<string | null, StreamChange>()
  private readonly now: () => EpochMs
  private readonly gatherMs: number
  private readonly keep: number
  private readonly onSent: (ageMs: number) => void
  private readonly onTaken: (change: StreamChange) => void
  /** Times at which the collected notifications were received. Changes that the hub itself creates have no entry. */
  private readonly taken: EpochMs[] = []
  private timer: NodeJS.Timeout | undefined
  private count = 0
  private isClosed = false

  constructor({
    now = getDatabaseNow,
    gatherMs = 25,
    keep = 1_000,
    onSent = () => {},
    onTaken = () => {},
  }: HubOptions = {}) {
    this.now = now
    this.gatherMs = gatherMs
    this.keep = keep
    this.onSent = onSent
    this.onTaken = onTaken
  }

  /**
   * Receives the payload of a database notification.
   * @throws if the payload is not a StreamChange
   */
  take(payload: string): void {
    const change = streamChangeSchema.parse(JSON.parse(payload))
    this.taken.push(Date.parse(change.at))
    this.gather(change)
  }

  /** Sends a change that makes clients read the data of all topics again, because notifications may have been lost. */
  everything(): void {
    this.gather(this.all())
  }

  /**
   * Adds a subscriber. If its client sent the id of the last change that it received, the subscriber first receives all
   * later changes. If that id is unknown, it receives one change that names every topic.
   * @returns a function that ends the subscription
   */
  subscribe(subscriber: Subscriber, lastEventId: string | null = null): () => void {
    const missed = this.missedSince(lastEventId)
    if (missed.length > 0) subscriber.onChanges(missed)
    if (this.isClosed) subscriber.onClose()
    else this.subscribers.add(subscriber)
    return () => this.subscribers.delete(subscriber)
  }

  get size(): number {
    return this.subscribers.size
  }

  /** Returns the number of subscribers whose caller matches. */
  countOf(matches: (caller: Subscriber['caller']) => boolean): number {
    let count = 0
    for (const { caller } of this.subscribers) if (matches(caller)) count += 1
    return count
  }

  /** Ends all streams. New subscribers are closed immediately. */
  close(): void {
    this.isClosed = true
    clearTimeout(this.timer)
    for (const subscriber of this.subscribers) subscriber.onClose()
    this.subscribers.clear()
  }

  private gather(change: StreamChange): void {
    this.onTaken(change)
    const waiting = this.gathered.get(change.scope)
    this.gathered.set(change.scope, waiting ? merged([waiting, change], change.scope) : change)
    this.timer ??= setTimeout(() => this.flush(), this.gatherMs)
  }

  private flush(): void {
    this.timer = undefined
    const changes = [...this.gathered.values()]
    this.gathered.clear()
    if (this.isClosed) return
    if (this.subscribers.size > 0) for (const at of this.taken) this.onSent(this.now() - at)
    this.taken.length = 0
    this.send(changes.length > SCOPES_AT_ONCE ? [merged(changes, null)] : changes)
  }

  private send(changes: readonly StreamChange[]): void {
    const sent = changes.map((change) => ({ id: this.idOf(++this.count), change }))
    this.sent.push(...sent)
    this.sent.splice(0, Math.max(0, this.sent.length - this.keep))
    for (const subscriber of this.subscribers) subscriber.onChanges(sent)
  }

  private missedSince(lastEventId: string | null): NumberedStreamChange[] {
    if (lastEventId === null || lastEventId === this.idOf(this.count)) return []
    const place = this.sent.findIndex(({ id }) => id === lastEventId)
    if (place >= 0) return this.sent.slice(place + 1)
    if (lastEventId === this.idOf(0) && this.count === this.sent.length) return [...this.sent]
    return [{ id: this.idOf(this.count), change: this.all() }]
  }

  private all(): StreamChange {
    return { topics: [...streamTopics], scope: null, at: new Date(this.now()).toISOString() }
  }

  private idOf(count: number): string {
    return `${this.run}-${count}`
  }
}

function merged(changes: StreamChange[], scope: string | null): StreamChange {
  const topics = new Set(changes.flatMap((change) => change.topics))
  const at = changes.map((change) => change.at).reduce((latest, next) => (next > latest ? next : latest))
  const countersOnly = changes.every((change) => change.countersOnly)
  return { topics: [...topics], scope, at, ...(countersOnly && { countersOnly }) }
}
