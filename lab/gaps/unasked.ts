import { circuitPaths, type EpochMs } from '#lib/contract/index.ts'
import { defaultSettings, judgedPath, polledKey, readScope, staleAfterIntervalMs } from '#lib/detection/index.ts'
import { type Detector, TopologyCache } from '#lib/poller/index.ts'
import type { MadePoll } from '../corpus/run.ts'

type FoldContext = Parameters<typeof judgedPath>[0]

/** Holds what the facts state as up after each poll against when it was really asked last. */
export class Unasked {
  readonly #book = new TopologyCache()
  /** begin of the last poll that read rows, by source and kind */
  readonly #readAt = new Map<string, EpochMs>()
  readonly #stated = new Set<string>()
  #now: EpochMs = 0

  /** What was up at some step without any reading young enough; empty = nothing. */
  get stated(): string[] {
    return [...this.#stated]
  }

  async note({ observation, scope }: MadePoll, { store }: Detector): Promise<void> {
    const { kind, target, outcome, startedAt, finishedAt } = observation
    this.#now = Math.max(this.#now, finishedAt)
    if (outcome === 'ok' || outcome === 'incomplete') {
      const key = polledKey(scope, target.subresource, kind)
      this.#readAt.set(key, Math.max(startedAt, this.#readAt.get(key) ?? 0))
    }
    const { topology, scopes } = await this.#book.groupOf(store, scope, this.#now)
    const [lastGoodPolls, stored] = await Promise.all([store.lastGoodPolls(scopes), store.loadScopes(scopes)])
    const context: FoldContext = {
      topology,
      scopes: Object.fromEntries(scopes.map((one) => [one, readScope(stored.get(one) ?? null)])),
      mark: { ...MARK, scope, kind, startedAt, finishedAt: this.#now },
      everyMs: 0,
      settings: defaultSettings,
      lastGoodPolls,
    }
    for (const circuit of topology.circuits)
      for (const peering of circuit.peerings)
        for (const path of circuitPaths) {
          const { state, subresource } = judgedPath(context, circuit, peering, path)
          // a session that was read, or bytes that were
          const keys = [polledKey(circuit.scope, subresource, 'summary'), polledKey(circuit.scope, '', 'stats')]
          if ((state === 'up' || state === 'degraded') && !keys.some((key) => this.#isYoung(key, lastGoodPolls)))
            this.#stated.add(`stays ${state} and was not asked: ${circuit.scope} ${subresource}`)
        }
  }

  #isYoung(key: string, polled: NonNullable<FoldContext['lastGoodPolls']>): boolean {
    const readAt = this.#readAt.get(key)
    return readAt !== undefined && this.#now - readAt <= staleAfterIntervalMs(polled[key]?.everyMs ?? 0)
  }
}

const MARK: Omit<FoldContext['mark'], 'scope' | 'kind' | 'startedAt' | 'finishedAt'> = {
  sourceId: 0,
  subresource: '',
  outcome: 'ok',
  previousOkAt: null,
  previousAttemptAt: null,
  silentInstances: [],
}
