/** A scenario on its timeline: the whole of what the simulator knows, from which every answer is computed. */
import type { Happening } from './happening.ts'
import { type Counters, ByteCounters } from './byte-counters.ts'
import type { Scenario } from './schema.ts'
import { type SessionFacts, Sessions } from './session.ts'
import type { DomainState } from './state.ts'
import { Timeline } from './timeline.ts'
import { compile, type Domain, type Topology } from './topology.ts'

export interface Control {
  readonly id: string
  readonly happening: Happening
}

export interface World {
  readonly scenario: Scenario
  readonly topology: Topology
  readonly origin: number
  readonly controls: readonly Control[]
  readonly timeline: Timeline
  readonly sessions: SessionFacts
  readonly counters: (domain: Domain) => Counters
  readonly state: (domain: Domain, at: number) => DomainState
  /** Bodies of large tables, by domain state: a memory, not a state. */
  readonly bodies: Map<string, string>
}

/** A world whose facts follow from the scenario alone. */
export interface ModelledWorld extends World {
  readonly counters: (domain: Domain) => ByteCounters
  /** Counters made so far, by domain. */
  readonly countersByDomain: ReadonlyMap<string, ByteCounters>
}

/**
 * @param origin zero of the timeline, to which `+30s` and `-12d` refer
 * @param controls what was appended from outside, oldest first
 * @param earlier the same scenario's world before something was appended at `since`: its work up to then is countersByDomain
 */
export function createWorld(
  scenario: Scenario,
  origin: number,
  controls: readonly Control[] = [],
  earlier?: { readonly world: ModelledWorld; readonly since: number },
): ModelledWorld {
  const topology = earlier?.world.topology ?? compile(scenario)
  const timeline = new Timeline(topology, origin, controls)
  const countersByDomain = new Map<string, ByteCounters>()
  // At once, not on first use: a reference to the earlier world would keep all of its forerunners alive.
  for (const domain of topology.domains) {
    const known = earlier?.world.countersByDomain.get(domain.id)
    if (known) countersByDomain.set(domain.id, new ByteCounters(timeline, domain, known, earlier?.since))
  }
  return {
    scenario,
    topology,
    origin,
    controls,
    timeline,
    sessions: new Sessions(timeline),
    counters: (domain) => {
      const known = countersByDomain.get(domain.id)
      if (known) return known
      const fresh = new ByteCounters(timeline, domain)
      countersByDomain.set(domain.id, fresh)
      return fresh
    },
    countersByDomain,
    state: (domain, at) => timeline.stateAt(domain, at),
    bodies: new Map(),
  }
}
