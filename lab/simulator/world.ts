/** World: a scenario with its timeline. Every response is computed from the facts that it contains. */
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
  /** Cached response bodies of large tables, by the state of the domain. The cache does not change responses. */
  readonly bodies: Map<string, string>
}

/** A world whose facts are derived only from the scenario. */
export interface ModelledWorld extends World {
  readonly counters: (domain: Domain) => ByteCounters
  /** Counters created so far, by domain. */
  readonly countersByDomain: ReadonlyMap<string, ByteCounters>
}

/**
 * Creates the world of a scenario.
 * @param origin zero of the timeline, to which `+30s` and `-12d` refer
 * @param controls manual happenings, oldest first
 * @param earlier the same scenario's world before a manual happening was added at `since`; its counters up to then are
 *   reused
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
  // The counters are created here and not at their first use, because they would otherwise need a reference to the
  // earlier world, which would keep all earlier worlds in memory.
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
