/** World: a scenario with its timeline. Every response is computed from the facts that it contains. */
import type { ScenarioHappening } from './happening.ts'
import { type ByteCounterValues, ByteCounters } from './byte-counters.ts'
import type { SimulatorScenario } from './schema.ts'
import { type SessionFacts, ModelledSessionStates } from './session.ts'
import type { DomainState } from './state.ts'
import { ScenarioTimeline } from './timeline.ts'
import { computeScenarioTopology, type RoutingDomain, type ScenarioTopology } from './topology.ts'

export interface ManuallyStartedHappening {
  readonly id: string
  readonly happening: ScenarioHappening
}

export interface SimulatedWorld {
  readonly scenario: SimulatorScenario
  readonly topology: ScenarioTopology
  readonly origin: number
  readonly controls: readonly ManuallyStartedHappening[]
  readonly timeline: ScenarioTimeline
  readonly sessions: SessionFacts
  readonly counters: (domain: RoutingDomain) => ByteCounterValues
  readonly state: (domain: RoutingDomain, at: number) => DomainState
  /** Cached response bodies of large tables, by the state of the domain. The cache does not change responses. */
  readonly bodies: Map<string, string>
}

/** A world whose facts are derived only from the scenario. */
export interface ModelledWorld extends SimulatedWorld {
  readonly counters: (domain: RoutingDomain) => ByteCounters
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
  scenario: SimulatorScenario,
  origin: number,
  controls: readonly ManuallyStartedHappening[] = [],
  earlier?: { readonly world: ModelledWorld; readonly since: number },
): ModelledWorld {
  const topology = earlier?.world.topology ?? computeScenarioTopology(scenario)
  const timeline = new ScenarioTimeline(topology, origin, controls)
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
    sessions: new ModelledSessionStates(timeline),
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
