import { selectAddressForNeighbor, type ValueByAddressFamily } from '#lib/bgp/index.ts'
import type { DetectedEvent, DetectedIncident, EpochMs, PollObservation } from '#lib/contract/index.ts'
import { type CollectorRuleInput, silencingFaultKinds } from '#lib/detection/index.ts'
import { runDetection } from '../detection/run-detection.ts'
import { detectEventsOfRouterReport } from '../detection/router-report-detection.ts'
import { TopologyCache, type TopologyOptions } from '../detection/topology-cache.ts'
import { listDegradedSubscriptions, evaluateWatchdogTick } from '../watchdog/evaluate-tick.ts'
import type { RecordingResult } from '#lib/history/index.ts'
import type { InMemoryRecorder } from './recorder.ts'
import { type DetectionDataReaders, InMemoryStore } from './store.ts'

/** A poll as input of detection, with the result of recording it. */
export interface RecordedPollInput extends RecordingResult {
  observation: PollObservation
  /** For polls of the kind `summary`: the addresses of the Microsoft edge router (MSEE) on the polled path. */
  localAddresses: ValueByAddressFamily | null
  /** Interval between polls of this kind, milliseconds. */
  everyMs: number
}

/** Facts for one run of the watchdog (the check whether polls are being recorded), and further events to store. */
export interface WatchdogTickInput extends CollectorRuleInput {
  given?: readonly DetectedEvent[]
}

/** Returns a scope with the source id 0, because the store in memory does not need the source of an event. */
const NO_SOURCE = (scope: string) => [scope, 0] as const

/**
 * Detection with a store in memory. It works like detection in a worker, and is used for back-tests and simulated
 * scenarios.
 */
export class InMemoryDetector {
  readonly store: InMemoryStore
  readonly #options: TopologyOptions
  #book: TopologyCache

  constructor(recorder: InMemoryRecorder, beside: DetectionDataReaders, options: TopologyOptions = {}) {
    this.store = new InMemoryStore(recorder, beside)
    this.#options = options
    this.#book = new TopologyCache(options)
  }

  async feed({
    status,
    mark,
    changes,
    silentSessions,
    observation,
    localAddresses,
    everyMs,
  }: RecordedPollInput): Promise<void> {
    if (status !== 'recorded') return
    this.store.recorder.noteInterval(mark, everyMs)
    const { sourceId } = mark
    const localAddress = (neighbor: string) =>
      localAddresses ? selectAddressForNeighbor(neighbor, localAddresses) : ''
    const recorded = { sourceId, mark, changes, silentSessions, observation, localAddress, everyMs }
    await runDetection(this.store, { ...recorded, book: this.#book })
  }

  /** Runs detection after a customer's router reported something about a circuit or gateway. */
  async reported(scope: string, at: EpochMs, everyMs: number): Promise<void> {
    await detectEventsOfRouterReport(this.store, this.#book, at, { scope, sourceId: 0, subresource: '', everyMs })
  }

  /**
   * Runs the watchdog once, like {@link startWatchdog} does with a database. It checks whether polls are being
   * recorded.
   */
  async tick({ given = [], ...facts }: WatchdogTickInput): Promise<void> {
    const sourceOf = new Map([facts.collector, ...facts.targets.map(({ subscription }) => subscription)].map(NO_SOURCE))
    const settings = await this.#book.settings(this.store, facts.now)
    const faults = this.store.networkFaults(silencingFaultKinds)
    const { state } = await evaluateWatchdogTick(this.store, { facts: { ...facts, faults }, sourceOf, given }, settings)
    for (const { key, classes } of listDegradedSubscriptions(state)) this.store.foldErrorsInto(key, classes)
  }

  /** Simulates a restart of the process. Only stored state remains; caches are lost. */
  restart(): void {
    this.#book = new TopologyCache(this.#options)
  }

  get events(): DetectedEvent[] {
    return [...this.store.events.values()]
  }

  get incidents(): DetectedIncident[] {
    // leave out the own incident of an error that now belongs to the incident of a common cause
    const isLeft = ({ root, key }: DetectedIncident) => {
      const event = this.store.events.get(root)
      return event?.kind === 'collector_error' && event.incident !== key
    }
    return [...this.store.incidents.values()].filter((incident) => !isLeft(incident))
  }
}
