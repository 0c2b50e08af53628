/** State of a domain between two edges of its timeline: the active effects by kind. */
import type { HappeningEffect, EffectBody, RoutePropagationStage } from './effect.ts'
import type { TrafficDirectionName } from './keys.ts'
import type { ParsedPrefix } from './prefix.ts'
import type { RoutingDomain, SimulatedRoute, ScenarioTopology } from './topology.ts'

type Of<Kind extends EffectBody['kind']> = Extract<HappeningEffect, { kind: Kind }>

/** Route tables of real routers; they replace the tables that are derived from the scenario. */
export interface ObservedTables {
  /** Routes that an MSEE has from the customer's side, by edge. */
  readonly received: ReadonlyMap<string, readonly SimulatedRoute[]>
  /** Routes that a session brings to its gateway instance, by peer, with complete paths. */
  readonly learned: ReadonlyMap<string, readonly SimulatedRoute[]>
  /** Routes that an MSEE has from the gateway instances, by edge. */
  readonly azure: ReadonlyMap<string, readonly AzureRoute[]>
}

/** A route of a virtual network in an MSEE's table. */
export interface AzureRoute {
  readonly prefix: ParsedPrefix
  /** The gateway instance. */
  readonly nextHop: string
  readonly path: readonly number[]
}

function merge(base: unknown, patch: unknown): unknown {
  if (typeof base !== 'object' || base === null || Array.isArray(base)) return patch
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const merged: Record<string, unknown> = { ...base }
  for (const [name, value] of Object.entries(patch)) merged[name] = merge(merged[name], value)
  return merged
}

/**
 * State of a domain. States with equal signatures are equal. Results that are derived from a state are therefore cached
 * in `memo`, and are used again at each moment at which the same effects are active.
 */
export class DomainState {
  readonly topology: ScenarioTopology
  readonly domain: RoutingDomain
  readonly signature: string
  readonly memo = new Map<string, unknown>()
  /** Null = tables are derived from the scenario. */
  readonly observed: ObservedTables | null
  private readonly byKind = new Map<string, HappeningEffect[]>()

  constructor(
    topology: ScenarioTopology,
    domain: RoutingDomain,
    active: readonly HappeningEffect[],
    signature: string,
    observed: ObservedTables | null = null,
  ) {
    this.topology = topology
    this.domain = domain
    this.signature = signature
    this.observed = observed
    for (const effect of active) {
      const list = this.byKind.get(effect.kind)
      if (list) list.push(effect)
      else this.byKind.set(effect.kind, [effect])
    }
  }

  of<Kind extends EffectBody['kind']>(kind: Kind): readonly Of<Kind>[] {
    return (this.byKind.get(kind) ?? []) as Of<Kind>[]
  }

  once<T>(key: string, make: () => T): T {
    if (!this.memo.has(key)) this.memo.set(key, make())
    return this.memo.get(key) as T
  }

  /** Returns the state word of a session that is down; null while it is up. */
  sessionWord(key: string): string | null {
    return this.of('session').find((e) => e.key === key)?.word ?? null
  }

  routesGone(key: string, stage: RoutePropagationStage): boolean {
    return this.of('routes').some((e) => e.key === key && e.stage === stage)
  }

  /** Returns the share of packets that a link loses in a direction. */
  lost(key: string, direction: TrafficDirectionName): number {
    return (
      1 -
      this.of('link').reduce((kept, e) => (e.key === key && e.direction === direction ? kept * (1 - e.lost) : kept), 1)
    )
  }

  arpLost(key: string): boolean {
    return this.of('arp').some((e) => e.key === key)
  }

  instanceAbsent(gateway: string, address: string): boolean {
    return this.of('instance').some((e) => e.gateway === gateway && e.address === address)
  }

  scale(demand: string): number {
    return this.of('scale').reduce((f, e) => (e.demand === null || e.demand === demand ? f * e.factor : f), 1)
  }

  /**
   * Returns a scenario object with the changes of the active configuration happenings.
   * @param object its kind and name, for example `connection/cxn-london`
   * @returns null while it does not exist
   */
  configured<T>(object: string, base: T): T | null {
    let current: T | null = base
    for (const e of this.of('config')) {
      if (e.object !== object) continue
      // The scenario itself has been validated. A change may contain values of a wrong type on purpose, to test such
      // responses.
      current = e.absent || current === null ? null : (merge(current, e.set) as T)
    }
    return current
  }
}
