import type { EpochMs, PollObservation } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { RouteTableCache } from '#lib/azure/index.ts'
import type { SimulatedWorld } from '../simulator/index.ts'
import { VirtualPoller } from '../corpus/ask.ts'
import { COMPARISON_GATEWAY_NAME } from './estate.ts'

/** Poll intervals in minutes. All compared systems receive the same polls; the hourly snapshots are taken from them. */
const EVERY = { peers: 1, learned: 5, activity: 5, inventory: 10 } as const
type FedKind = keyof typeof EVERY
const KINDS = ['inventory', 'peers', 'learned', 'activity'] as const

export const SESSIONS_EVERY_MS = EVERY.peers * MS_PER_MINUTE
export const ROUTES_EVERY_MS = EVERY.learned * MS_PER_MINUTE
export const getPollIntervalOfKindSeconds = (kind: string) => (EVERY[kind as FedKind] * MS_PER_MINUTE) / 1_000

export interface PollFeedTick {
  /** time at which the polled data was true; also the timestamp of the samples */
  at: EpochMs
  polls: readonly PollObservation[]
}

const sourceOf = (kind: FedKind) => {
  const resource = kind === 'peers' || kind === 'learned' ? COMPARISON_GATEWAY_NAME : ''
  return { kind, resource, path: '', peering: '', name: resource }
}

/** Simulated Azure that supplies the polls for all systems. */
export class SimulatedPollFeed {
  readonly #arm: VirtualPoller

  constructor(world: SimulatedWorld) {
    this.#arm = new VirtualPoller(world, new RouteTableCache())
  }

  /** Polls the state of the simulated Azure at a time. */
  read(kind: FedKind, at: EpochMs): Promise<PollObservation> {
    return this.#arm.poll({ source: sourceOf(kind), sampleAt: at }, { startedAt: at - 1_000, finishedAt: at + 1_000 })
  }

  /** Yields each minute of a run, both ends included, with the polls that are due then. */
  async *ticks(from: EpochMs, to: EpochMs): AsyncGenerator<PollFeedTick> {
    for (let n = 0, at = from; at <= to; n++, at = from + n * MS_PER_MINUTE) {
      const polls: PollObservation[] = []
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
