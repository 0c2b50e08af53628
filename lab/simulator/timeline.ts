/** All effects on one time axis, and the state of each domain at any moment. */
import { parseDuration } from './duration.ts'
import { computeHappeningEffects } from './consequences.ts'
import { type HappeningEffect, isEffectActiveAt, findLastEffectChangeTime, findNextEffectChangeTime } from './effect.ts'
import type { ScenarioHappening } from './happening.ts'
import { DomainState } from './state.ts'
import type { RoutingDomain, ScenarioTopology } from './topology.ts'

/** Maximum number of cached states for each domain, because repetitions and close moments have the same few states. */
const KEPT_STATES = 64

export interface RoutingTimelineSegment {
  readonly from: number
  readonly until: number
  readonly state: DomainState
}

export interface ScenarioTimelineEntry {
  readonly id: string
  readonly happening: ScenarioHappening
  /** Origin of the happening: the scenario, or a user of the control desk. */
  readonly source: 'scenario' | 'control'
}

export class ScenarioTimeline {
  readonly topology: ScenarioTopology
  readonly origin: number
  /** Time at which byte counters begin to count. */
  readonly epoch: number
  readonly entries: readonly ScenarioTimelineEntry[]
  readonly effects: readonly HappeningEffect[]
  readonly faults: readonly Extract<HappeningEffect, { kind: 'fault' }>[]
  private readonly byDomain = new Map<string, readonly HappeningEffect[]>()
  private readonly states = new Map<string, Map<string, DomainState>>()
  private readonly current = new Map<string, RoutingTimelineSegment>()

  constructor(
    topology: ScenarioTopology,
    origin: number,
    controls: readonly { id: string; happening: ScenarioHappening }[],
  ) {
    this.topology = topology
    this.origin = origin
    this.epoch = origin - (parseDuration(topology.scenario.past) ?? 0)
    this.entries = [
      ...topology.scenario.happenings.map(
        (happening, n): ScenarioTimelineEntry => ({
          id: happening.id ?? `${happening.op}-${n}`,
          happening,
          source: 'scenario',
        }),
      ),
      ...controls.map(({ id, happening }): ScenarioTimelineEntry => ({ id, happening, source: 'control' })),
    ]
    this.effects = this.entries.flatMap(({ id, happening }) => computeHappeningEffects(happening, id, topology, origin))
    this.faults = this.effects.filter((e) => e.kind === 'fault')
    const shared = this.effects.filter((e) => e.kind !== 'fault' && e.domain === null)
    const own = Map.groupBy(this.effects, (e) => e.domain)
    for (const domain of topology.domains) this.byDomain.set(domain.id, [...shared, ...(own.get(domain.id) ?? [])])
  }

  effectsOf(domain: RoutingDomain): readonly HappeningEffect[] {
    return this.byDomain.get(domain.id) ?? []
  }

  /** Returns the interval around a moment in which no effect of the domain begins or ends. */
  segment(domain: RoutingDomain, at: number): RoutingTimelineSegment {
    const last = this.current.get(domain.id)
    if (last && at >= last.from && at < last.until) return last
    const effects = this.effectsOf(domain)
    let from = Number.NEGATIVE_INFINITY
    let until = Number.POSITIVE_INFINITY
    const active: HappeningEffect[] = []
    for (const e of effects) {
      from = Math.max(from, findLastEffectChangeTime(e, at))
      until = Math.min(until, findNextEffectChangeTime(e, at))
      if (isEffectActiveAt(e, at)) active.push(e)
    }
    const segment = { from, until, state: this.stateFor(domain, active) }
    this.current.set(domain.id, segment)
    return segment
  }

  stateAt(domain: RoutingDomain, at: number): DomainState {
    return this.segment(domain, at).state
  }

  private stateFor(domain: RoutingDomain, active: readonly HappeningEffect[]): DomainState {
    const signature = active.map((e) => e.id).join(' ')
    const states = this.states.get(domain.id) ?? new Map<string, DomainState>()
    this.states.set(domain.id, states)
    const known = states.get(signature)
    if (known) return known
    const oldest = states.keys().next()
    if (states.size >= KEPT_STATES && !oldest.done) states.delete(oldest.value)
    const state = new DomainState(this.topology, domain, active, signature)
    states.set(signature, state)
    return state
  }
}
