/** The watchdog in a run. It checks the timetable on its own timer, independently of the polls. */
import type { DetectedEvent, EpochMs, PollObservation } from '#lib/contract/index.ts'
import { createClockStepEvent, type PolledTarget } from '#lib/detection/index.ts'
import { ClockWatch, type InMemoryDetector, WATCHDOG_INTERVAL_MS } from '#lib/poller/index.ts'
import { createCollectorClock } from './collector-clock.ts'
import type { CorpusScenario } from './scenario.ts'
import { getPollIntervalOfKindMs, type PolledSource } from './schedule.ts'

/** Name of the collector as a whole. */
const COLLECTOR = 'collector'
/** Name of the only subscription in an estate of the corpus. */
export const CORPUS_SUBSCRIPTION_NAME = 'subscription'
/** The machine whose clock dates the samples. */
export const CORPUS_MACHINE_NAME = 'worker-1'

/** Returns the true moments of the ticks, from the begin of a run to its end. */
export function listWatchdogTicks({ start, end }: Pick<CorpusScenario, 'start' | 'end'>): EpochMs[] {
  return Array.from(
    { length: Math.floor((end - start) / WATCHDOG_INTERVAL_MS) + 1 },
    (_, n) => start + n * WATCHDOG_INTERVAL_MS,
  )
}

const nameOf = ({ kind, name }: Pick<PolledSource, 'kind' | 'name'>) => `${kind} ${name}`

export class WatchdogSimulation {
  private readonly clock: (at: EpochMs) => EpochMs
  private readonly watch: ClockWatch
  private readonly ticks: EpochMs[]
  private readonly watchingSince: EpochMs
  private readonly targets: Map<string, PolledTarget>
  private lastTickAt: EpochMs | null = null
  /** true time */
  private at: EpochMs

  constructor(scenario: CorpusScenario, sources: readonly PolledSource[], everyMs: number) {
    this.clock = createCollectorClock(scenario)
    this.ticks = listWatchdogTicks(scenario)
    this.at = scenario.start
    this.watchingSince = this.clock(scenario.start)
    const clock = { now: () => this.clock(this.at), monotonic: () => this.at }
    this.watch = new ClockWatch(clock, clock)
    this.targets = new Map(
      sources.map((source) => [
        nameOf(source),
        {
          subscription: CORPUS_SUBSCRIPTION_NAME,
          scope: source.resource || CORPUS_SUBSCRIPTION_NAME,
          kind: source.kind,
          everyMs: getPollIntervalOfKindMs(source.kind, everyMs),
          lastGoodAt: null,
          lastAt: null,
          lastOutcome: null,
        },
      ]),
    )
  }

  note(source: PolledSource, { outcome, finishedAt, error }: PollObservation): void {
    const target = this.targets.get(nameOf(source))
    if (!target) throw new Error(`${nameOf(source)} is not on the timetable`)
    const isGood = outcome === 'ok' || outcome === 'incomplete'
    this.targets.set(nameOf(source), {
      ...target,
      lastOutcome: outcome,
      lastError: error,
      lastAt: outcome === 'clock' ? target.lastAt : finishedAt,
      lastGoodAt: isGood ? finishedAt : target.lastGoodAt,
    })
  }

  /** Runs all pending ticks before a true moment. */
  async until(moment: EpochMs, engine: InMemoryDetector): Promise<void> {
    for (let next = this.ticks[0]; next !== undefined && next < moment; next = this.ticks[0]) {
      this.ticks.shift()
      await this.tick(next, engine)
    }
  }

  private async tick(at: EpochMs, engine: InMemoryDetector): Promise<void> {
    this.at = at
    const now = this.clock(at)
    const { watchingSince, lastTickAt } = this
    const targets = [...this.targets.values()]
    await engine.tick({ now, watchingSince, lastTickAt, collector: COLLECTOR, targets, given: this.steps() })
    this.lastTickAt = now
  }

  private steps(): DetectedEvent[] {
    const step = this.watch.check()
    return step ? [createClockStepEvent(step, { scope: COLLECTOR, host: CORPUS_MACHINE_NAME })] : []
  }
}
