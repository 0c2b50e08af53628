/**
 * The true course of events, with which the product's bounds are compared: outages of sessions and links, changes of
 * routes.
 */
import { formatIsoTimestamp } from './duration.ts'
import {
  type HappeningEffect,
  type EffectInterval,
  generateEffectOccurrences,
  mergeOverlappingIntervals,
} from './effect.ts'
import type { SimulatedWorld } from './world.ts'

interface TrueInterval {
  readonly from: string
  /** Null = permanent, or not over yet. */
  readonly until: string | null
}

const dated = ({ from, until }: EffectInterval): TrueInterval => ({
  from: formatIsoTimestamp(from),
  until: Number.isFinite(until) ? formatIsoTimestamp(until) : null,
})

export interface ScenarioGroundTruth {
  readonly happenings: { id: string; op: string; source: string; times: TrueInterval[]; sessions: string[] }[]
  readonly sessions: {
    key: string
    kind: 'edge' | 'peer'
    circuit?: string
    path?: string
    gateway?: string
    localAddress?: string
    neighbor?: string
    down: TrueInterval[]
  }[]
  readonly links: { key: string; direction: string; dead: TrueInterval[] }[]
  readonly routes: { keys: readonly string[]; kind: string; stage: string; times: TrueInterval[] }[]
}

function during(effects: readonly HappeningEffect[], from: number, to: number): TrueInterval[] {
  return mergeOverlappingIntervals(effects.flatMap((e) => [...generateEffectOccurrences(e, from, to)])).map(dated)
}

/** Returns everything that touches [from, to], epoch milliseconds of virtual time. */
export function computeScenarioGroundTruth(world: SimulatedWorld, from: number, to: number): ScenarioGroundTruth {
  const { timeline, topology, sessions } = world
  const peers = new Map(topology.domains.flatMap((d) => d.peers.map((p) => [p.key, p])))
  const byHappening = Map.groupBy(timeline.effects, (e) => e.happening)
  return {
    happenings: timeline.entries.flatMap(({ id, happening, source }) => {
      const effects = byHappening.get(id) ?? []
      const times = during(effects, from, to)
      const hit = effects.flatMap((e) => (e.kind === 'session' ? [e.key] : []))
      return times.length > 0 ? [{ id, op: happening.op, source, times, sessions: [...new Set(hit)] }] : []
    }),
    sessions: sessions.keys().flatMap((key): ScenarioGroundTruth['sessions'] => {
      const down = sessions.downs(key, from, to).map(dated)
      if (down.length === 0) return []
      const edge = topology.edges.get(key)
      const peer = peers.get(key)
      if (edge)
        return [
          {
            key,
            kind: 'edge',
            circuit: edge.circuit.name,
            path: edge.path,
            localAddress: edge.msee,
            neighbor: edge.ce,
            down,
          },
        ]
      // a tunnel is not a session, and without BGP there is no session over it
      if (!peer || peer.connection?.device?.bgp === false) return []
      return [
        {
          key,
          kind: 'peer',
          gateway: peer.gateway.name,
          localAddress: peer.instance,
          neighbor: peer.neighbor,
          down,
        },
      ]
    }),
    links: timeline.effects.flatMap((e) => {
      const dead = e.kind === 'link' ? during([e], from, to) : []
      return e.kind === 'link' && dead.length > 0 ? [{ key: e.key, direction: e.direction, dead }] : []
    }),
    routes: timeline.effects.flatMap((e) => {
      if (e.kind !== 'withdraw' && e.kind !== 'announce' && e.kind !== 'prepend' && e.kind !== 'routes') return []
      const times = during([e], from, to)
      const keys = e.kind === 'routes' ? [e.key] : e.keys
      return times.length > 0 ? [{ keys, kind: e.kind, stage: e.stage, times }] : []
    }),
  }
}
