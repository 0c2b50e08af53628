import type { EpochMs, Observation } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { KnownTables } from '#lib/azure/index.ts'
import type { World } from '../simulator/index.ts'
import { VirtualArm } from '../corpus/ask.ts'
import { GATEWAY } from './estate.ts'

/** The intervals of polls, of all sides; snapshots are hourly. */
const EVERY = { peers: 1, learned: 5, activity: 5, inventory: 10 } as const
type FedKind = keyof typeof EVERY
const KINDS = ['inventory', 'peers', 'learned', 'activity'] as const

export const SESSIONS_EVERY_MS = EVERY.peers * MINUTE
export const ROUTES_EVERY_MS = EVERY.learned * MINUTE
export const intervalSeconds = (kind: string) => (EVERY[kind as FedKind] * MINUTE) / 1_000

export interface Tick {
  /** when what was read was true, and the time of a scrape's samples */
  at: EpochMs
  polls: readonly Observation[]
}

const sourceOf = (kind: FedKind) => {
  const resource = kind === 'peers' || kind === 'learned' ? GATEWAY : ''
  return { kind, resource, path: '', peering: '', name: resource }
}

/** A simulated Azure that all sides are fed from. */
export class Feed {
  readonly #arm: VirtualArm

  constructor(world: World) {
    this.#arm = new VirtualArm(world, new KnownTables())
  }

  /** What a poll reads that is true for this moment. */
  read(kind: FedKind, at: EpochMs): Promise<Observation> {
    return this.#arm.poll({ source: sourceOf(kind), sampleAt: at }, { startedAt: at - 1_000, finishedAt: at + 1_000 })
  }

  /** Every minute of a run with the polls that fall into it, both ends included. */
  async *ticks(from: EpochMs, to: EpochMs): AsyncGenerator<Tick> {
    for (let n = 0, at = from; at <= to; n++, at = from + n * MINUTE) {
      const polls: Observation[] = []
      for (const kind of KINDS) if (n % EVERY[kind] === 0) polls.push(await this.read(kind, at))
      yield { at, polls }
    }
  }

  /** Seconds of CPU that reading the tables of routes took. */
  get decodeCpu(): number {
    return this.#arm.decodeCpu / 1e6
  }

  close(): void {
    this.#arm.close()
  }
}
