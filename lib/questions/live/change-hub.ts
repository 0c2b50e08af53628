import { randomBytes } from 'node:crypto'
import { type Caller, type EpochMs, type StreamChange, streamChange, streamTopics } from '#lib/contract/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'

/** One change as it goes out: `id` is what a client resumes behind. */
export interface SentChange {
  id: string
  change: StreamChange
}

interface Subscriber {
  /** the caller whose stream it is, as far as limits count it */
  caller: Pick<Caller, 'kind' | 'id'>
  /** what goes out at once, in its order; everybody gets the same array */
  onChanges(sent: readonly SentChange[]): void
  /** the hub is closing: end the stream, so that the process can stop */
  onClose(): void
}

interface HubOptions {
  now?: () => EpochMs
  /** how long changes are gathered before they go out, in ms; default 25 */
  gatherMs?: number
  /** called with how old each change is, in ms, when it goes out to somebody */
  onSent?: (ageMs: number) => void
  /** called at once with each change that comes, before it is gathered */
  onTaken?: (change: StreamChange) => void
  /** how many sent changes are kept for clients that come back; default 1000 */
  keep?: number
}

/** Changes of more scopes than this in one gathering go out as one that names no scope. */
const SCOPES_AT_ONCE = 20

/**
 * Fans changes out to subscribers. Changes of one scope that come in a burst go out as one; what was sent is kept for
 * a while, so that a client that was away gets what it missed, or an instruction to fetch everything.
 */
export class ChangeHub {
  /** ids of another process's run are unknown to this one */
  private readonly run = randomBytes(6).toString('hex')
  private readonly subscribers = new Set<Subscriber>()
  private readonly sent: SentChange[] = []
  private readonly gathered = new Map<string | null, StreamChange>()
  private readonly now: () => EpochMs
  private readonly gatherMs: number
  private readonly keep: number
  private readonly onSent: (ageMs: number) => void
  private readonly onTaken: (change: StreamChange) => void
  /** when what is gathered was recorded; what nobody reported is not in it */
  private readonly taken: EpochMs[] = []
  private timer: NodeJS.Timeout | undefined
  private count = 0
  private isClosed = false

  constructor({
    now = databaseNow,
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
   * Takes a notification's payload.
   * @throws when it is no StreamChange
   */
  take(payload: string): void {
    const change = streamChange.parse(JSON.parse(payload))
    this.taken.push(Date.parse(change.at))
    this.gather(change)
  }

  /** Something may have been missed: every topic is to be fetched again. */
  everything(): void {
    this.gather(this.all())
  }

  /**
   * Subscribes. A client that names the last id it got first receives what was sent since; one whose id is not known
   * any more receives one change that names every topic.
   * @returns ends the subscription
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

  /** Ends every stream. Further subscribers are turned away at once. */
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

  private missedSince(lastEventId: string | null): SentChange[] {
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
