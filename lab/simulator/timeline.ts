/** All effects on one time axis, and the state of each domain at any moment. */
import { parseDuration } from './duration.ts'
import { consequences } from './consequences.ts'
import { type Effect, isActive, lastEdge, nextEdge } from './effect.ts'
import type { Happening } from './happening.ts'
import { DomainState } from './state.ts'
import type { Domain, Topology } from './topology.ts'

/** Maximum number of cached states for each domain, because repetitions and close moments have the same few states. */
const KEPT_STATES = 64

export interface Segment {
  readonly from: number
  readonly until: number
  readonly state: DomainState
}

export interface TimelineEntry {
  readonly id: string
  readonly happening: Happening
  /** Origin of the happening: the scenario, or a user of the control desk. */
  readonly source: 'scenario' | 'control'
}

export class Timeline {
  readonly topology: Topology
  readonly origin: number
  /** Time at which byte counters begin to count. */
  readonly epoch: number
  readonly entries: readonly TimelineEntry[]
  readonly effects: readonly Effect[]
  readonly faults: readonly Extract<Effect, { kind: 'fault' }>[]
  private readonly byDomain = new Map<string, readonly Effect[]>()
  private readonly states = new Map<string, Map<string, DomainState>>()
  private readonly current = new Map<string, Segment>()

  constructor(topology: Topology, origin: number, controls: readonly { id: string; happening: Happening }[]) {
    this.topology = topology
    this.origin = origin
    this.epoch = origin - (parseDuration(topology.scenario.past) ?? 0)
    this.entries = [
      ...topology.scenario.happenings.map(
        (happening, n): TimelineEntry => ({
          id: happening.id ?? `${happening.op}-${n}`,
          happening,
          source: 'scenario',
        }),
      ),
      ...controls.map(({ id, happening }): TimelineEntry => ({ id, happening, source: 'control' })),
    ]
    this.effects = this.entries.flatMap(({ id, happening }) => consequences(happening, id, topology, origin))
    this.faults = this.effects.filter((e) => e.kind === 'fault')
    const shared = this.effects.filter((e) => e.kind !== 'fault' && e.domain === null)
    const own = Map.groupBy(this.effects, (e) => e.domain)
    for (const domain of topology.domains) this.byDomain.set(domain.id, [...shared, ...(own.get(domain.id) ?? [])])
  }

  effectsOf(domain: Domain): readonly Effect[] {
    return this.byDomain.get(domain.id) ?? []
  }

  /** Returns the interval around a moment in which no effect of the domain begins or ends. */
  segment(domain: Domain, at: number): Segment {
    const last = this.current.get(domain.id)
    if (last && at >= last.from && at < last.until) return last
    const effects = this.effectsOf(domain)
    let from = Number.NEGATIVE_INFINITY
    let until = Number.POSITIVE_INFINITY
    const active: Effect[] = []
    for (const e of effects) {
      from = Math.max(from, lastEdge(e, at))
      until = Math.min(until, nextEdge(e, at))
      if (isActive(e, at)) active.push(e)
    }
    const segment = { from, until, state: this.stateFor(domain, active) }
    this.current.set(domain.id, segment)
    return segment
  }

  stateAt(domain: Domain, at: number): DomainState {
    return this.segment(domain, at).state
  }

  private stateFor(domain: Domain, active: readonly Effect[]): DomainState {
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
