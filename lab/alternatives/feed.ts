import type { EpochMs, Observation } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { RouteTableCache } from '#lib/azure/index.ts'
import type { World } from '../simulator/index.ts'
import { VirtualPoller } from '../corpus/ask.ts'
import { GATEWAY } from './estate.ts'

/** Poll intervals in minutes. All compared systems receive the same polls; the hourly snapshots are taken from them. */
const EVERY = { peers: 1, learned: 5, activity: 5, inventory: 10 } as const
type FedKind = keyof typeof EVERY
const KINDS = ['inventory', 'peers', 'learned', 'activity'] as const

export const SESSIONS_EVERY_MS = EVERY.peers * MINUTE
export const ROUTES_EVERY_MS = EVERY.learned * MINUTE
export const intervalSeconds = (kind: string) => (EVERY[kind as FedKind] * MINUTE) / 1_000

export interface Tick {
  /** time at which the polled data was true; also the timestamp of the samples */
  at: EpochMs
  polls: readonly Observation[]
}

const sourceOf = (kind: FedKind) => {
  const resource = kind === 'peers' || kind === 'learned' ? GATEWAY : ''
  return { kind, resource, path: '', peering: '', name: resource }
}

/** Simulated Azure that supplies the polls for all systems. */
export class Feed {
  readonly #arm: VirtualPoller

  constructor(world: World) {
    this.#arm = new VirtualPoller(world, new RouteTableCache())
  }

  /** Polls the state of the simulated Azure at a time. */
  read(kind: FedKind, at: EpochMs): Promise<Observation> {
    return this.#arm.poll({ source: sourceOf(kind), sampleAt: at }, { startedAt: at - 1_000, finishedAt: at + 1_000 })
  }

  /** Yields each minute of a run, both ends included, with the polls that are due then. */
  async *ticks(from: EpochMs, to: EpochMs): AsyncGenerator<Tick> {
    for (let n = 0, at = from; at <= to; n++, at = from + n * MINUTE) {
      const polls: Observation[] = []
      for (const kind of KINDS) if (n % EVERY[kind] === 0) polls.push(await this.read(kind, at))
      yield { at, polls }
    }
  }

  /** Returns the CPU seconds used so far to read the route tables. */
  get decodeCpu(): number {
    return this.#arm.decodeCpu / 1e6
  }

  close(): void {
    this.#arm.close()
  }
}
