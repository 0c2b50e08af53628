/** What one poll shows of presence and absence: the rules of docs/rules/as-of.md, without a database. */
import {
  type Bounds,
  type DatingClock,
  type EpochMs,
  type Observation,
  BEFORE_MONITORING,
  UNREAD_ROWS,
} from '#lib/contract/index.ts'

export interface Memory {
  /** start of the last poll that read everything but the silent instances */
  readAt: EpochMs | null
  /** by instance that has been silent since: start of the last poll that read it */
  silentReadAt: ReadonlyMap<string, EpochMs | null>
}
export const NOTHING_READ: Memory = { readAt: null, silentReadAt: new Map() }

/** One poll beside what was read before it. */
export class Reading {
  /** not used in memory */
  readonly sourceId = 0
  readonly startedAt: EpochMs
  readonly finishedAt: EpochMs
  readonly clock: DatingClock | null
  private readonly memory: Memory
  private readonly outcome: Observation['outcome']
  private readonly silent: ReadonlySet<string>

  constructor({ startedAt, finishedAt, clock, outcome, silentInstances }: Observation, memory: Memory) {
    this.startedAt = startedAt
    this.finishedAt = finishedAt
    this.clock = clock ?? null
    this.memory = memory
    this.outcome = outcome
    this.silent = new Set(silentInstances)
  }

  private get isPartial(): boolean {
    return this.outcome === 'incomplete' && this.silent.size > 0
  }

  /** Whether a missing row is absent; '' = it belongs to no instance. */
  readsAbsence(instance: string): boolean {
    const isRead = instance !== '' && !this.silent.has(instance) && !this.silent.has(UNREAD_ROWS)
    return this.outcome === 'ok' || (this.isPartial && isRead)
  }

  /** Start of the last poll before this one that read the instance's rows; null = none did. */
  lastRead(instance: string): EpochMs | null {
    const { readAt, silentReadAt } = this.memory
    const silentSince = silentReadAt.get(instance)
    const own = silentSince === undefined ? readAt : silentSince
    const whole = silentReadAt.get(UNREAD_ROWS)
    if (whole === undefined) return own
    return own === null || whole === null ? null : Math.min(own, whole)
  }

  /** Bounds of the begin of what this poll is the first to show. */
  begins(instance: string): Bounds {
    return { earliest: this.lastRead(instance) ?? BEFORE_MONITORING, latest: this.finishedAt }
  }

  /** Bounds of the end of what a poll that started at `since` showed. */
  ends(instance: string, since: EpochMs): Bounds {
    return { earliest: Math.max(since, this.lastRead(instance) ?? since), latest: this.finishedAt }
  }

  /** The memory after this poll. */
  remembered(): Memory {
    if (this.outcome === 'ok') return { readAt: this.startedAt, silentReadAt: new Map() }
    if (!this.isPartial) return this.memory
    const before = this.silent.has(UNREAD_ROWS) ? this.memory.silentReadAt.keys() : []
    const names = ['', ...before, ...this.silent]
    return { readAt: this.startedAt, silentReadAt: new Map(names.map((name) => [name, this.lastRead(name)])) }
  }
}
