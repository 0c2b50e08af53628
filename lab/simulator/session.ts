/** States, begins and message counters of sessions, derived only from the intervals in which they are down. */
import {
  countEffectChangesWithin,
  type HappeningEffect,
  type EffectInterval,
  isEffectActiveAt,
  findLatestEffectOccurrence,
  generateEffectOccurrences,
  mergeOverlappingIntervals,
} from './effect.ts'
import { parseScenarioTime } from './duration.ts'
import { hash32, hashTextToUnitFraction } from './hash.ts'
import type { ScenarioTimeline } from './timeline.ts'
import { doesRouteMatchCriteria } from './rib.ts'
import type { RoutingDomain, SimulatedRoute } from './topology.ts'

export interface SessionStateAtTime {
  readonly up: boolean
  /** Time at which the session came up; if it is down, the time at which it went down. */
  readonly since: number
  /** The word for the session's state while the session is down. */
  readonly word: string | null
}

/** States of sessions from any source, by the key of a peer or an edge. */
export interface SessionFacts {
  readonly at: (key: string, at: number) => SessionStateAtTime
  /** Returns the true outages that touch [from, to]. */
  readonly downs: (key: string, from: number, to: number) => readonly EffectInterval[]
  /** Returns the share of [from, to) in which the session was up. */
  readonly availability: (key: string, from: number, to: number) => number
  /** Returns the keys of all sessions that ever go down. */
  readonly keys: () => readonly string[]
  /** Returns the BGP messages since the session's last establishment. */
  readonly messages: (key: string, at: number) => { sent: number; received: number }
}

type SessionEffect = Extract<HappeningEffect, { kind: 'session' }>

export class ModelledSessionStates implements SessionFacts {
  private readonly timeline: ScenarioTimeline
  private readonly byKey = new Map<string, SessionEffect[]>()
  private readonly mutes: readonly Extract<HappeningEffect, { kind: 'mute' }>[]
  /** source of the routes of a gateway's session, by session */
  private readonly sources: ReadonlyMap<string, string | null>
  /** effects that change the routes of a gateway's session, by session */
  private readonly routeEffects = new Map<string, readonly HappeningEffect[]>()

  constructor(timeline: ScenarioTimeline) {
    this.timeline = timeline
    this.sources = new Map(timeline.topology.domains.flatMap(({ peers }) => peers.map((p) => [p.key, p.source])))
    this.mutes = timeline.effects.filter((e) => e.kind === 'mute')
    for (const e of timeline.effects) {
      if (e.kind !== 'session') continue
      const list = this.byKey.get(e.key)
      if (list) list.push(e)
      else this.byKey.set(e.key, [e])
    }
  }

  /** Returns when a session came up for the first time: some days or weeks before counting begins. */
  private firstUp(key: string): number {
    const { scenario } = this.timeline.topology
    const given =
      scenario.established === undefined ? null : parseScenarioTime(scenario.established, this.timeline.origin)
    // a time after the origin is ignored, because sessions would then have a negative age, for example in real time
    if (given !== null && given <= this.timeline.origin) return given
    return this.timeline.epoch - Math.floor((2 + 20 * hashTextToUnitFraction(`up/${key}`)) * 86_400_000)
  }

  at(key: string, at: number): SessionStateAtTime {
    const effects = this.byKey.get(key) ?? []
    const down = effects.filter((e) => isEffectActiveAt(e, at))
    if (down.length === 0) {
      const ends = effects.map((e) => findLatestEffectOccurrence(e, at)?.until ?? Number.NEGATIVE_INFINITY)
      return { up: true, since: Math.max(this.firstUp(key), ...ends), word: null }
    }
    let since = Math.min(...down.map((e) => findLatestEffectOccurrence(e, at)?.from ?? at))
    for (let again = true; again; ) {
      const earlier = effects
        .map((e) => findLatestEffectOccurrence(e, since))
        .filter((o): o is EffectInterval => o !== null && o.until >= since && o.from < since)
      again = earlier.length > 0
      since = Math.min(since, ...earlier.map((o) => o.from))
    }
    return { up: false, since, word: down[0]?.word ?? 'Idle' }
  }

  downs(key: string, from: number, to: number): readonly EffectInterval[] {
    return mergeOverlappingIntervals(
      (this.byKey.get(key) ?? []).flatMap((e) => [...generateEffectOccurrences(e, from, to)]),
    )
  }

  availability(key: string, from: number, to: number): number {
    return computeUptimeShare(this.downs(key, from, to), from, to)
  }

  keys(): readonly string[] {
    return [...this.byKey.keys()]
  }

  /**
   * Returns the time of the last moment at which messages of the session arrived, which is the begin of a stall if
   * messages do not arrive now.
   */
  private lastMessageAt(key: string, at: number): number {
    const muted = this.mutes.filter((e) => e.key === key && isEffectActiveAt(e, at))
    return Math.min(at, ...muted.map((e) => findLatestEffectOccurrence(e, at)?.from ?? at))
  }

  /**
   * Returns the effects that a gateway's session reports by an UPDATE: changes of the edge or VPN behind it that affect
   * one of its routes.
   */
  private routeEffectsOf(key: string): readonly HappeningEffect[] {
    const known = this.routeEffects.get(key)
    if (known) return known
    const { effects, topology } = this.timeline
    const source = this.sources.get(key) ?? null
    const own = source === null ? [] : effects.filter((e) => changesRoutes(e, source, topology.received.get(source)))
    this.routeEffects.set(key, own)
    return own
  }

  /**
   * Returns the BGP messages since the session's last establishment: keepalives each minute and a few updates, about
   * 1.1 a minute as in the observed deployment, and an UPDATE for each change of routes behind a gateway's session
   * (RFC 4271 section 4.3). A session that is down shows the few messages of its attempts.
   */
  messages(key: string, at: number): { sent: number; received: number } {
    const { up, since } = this.at(key, at)
    if (!up) return { sent: 1, received: 2 }
    const minutes = (at - since) / 60_000
    const receivedUntil = Math.max(since, this.lastMessageAt(key, at))
    const receiving = (receivedUntil - since) / 60_000
    const updates = this.routeEffectsOf(key).reduce(
      (sum, e) => sum + countEffectChangesWithin(e, since, receivedUntil),
      0,
    )
    const jitter = hash32(key) % 40
    return {
      sent: Math.floor(minutes * 1.142 + jitter / 40) + 4,
      received: Math.floor(receiving * 1.106 + jitter / 60) + 6 + updates,
    }
  }
}

/**
 * Reports whether an effect changes the routes that a gateway learns.
 * @param routes the routes without happenings
 */
function changesRoutes(e: HappeningEffect, source: string, routes: readonly SimulatedRoute[] = []): boolean {
  if (e.kind === 'routes') return e.stage === 'gateway' && e.key === source
  if (e.kind !== 'withdraw' && e.kind !== 'announce' && e.kind !== 'prepend') return false
  if (e.stage !== 'gateway' || !e.keys.includes(source)) return false
  return e.kind === 'announce' || routes.some((route) => doesRouteMatchCriteria(e.match, route))
}

/** Returns the share of [from, to) outside of the outages. */
export function computeUptimeShare(downs: readonly EffectInterval[], from: number, to: number): number {
  const lost = downs.reduce((sum, d) => sum + Math.max(0, Math.min(d.until, to) - Math.max(d.from, from)), 0)
  return 1 - lost / (to - from)
}

/**
 * Returns the share of the time from `from` up to `to` without an effect that `hit` selects. It is used for ARP entries
 * and for instances.
 */
export function computeTimeShareWithoutEffect(
  timeline: ScenarioTimeline,
  domain: RoutingDomain,
  hit: (e: HappeningEffect) => boolean,
  from: number,
  to: number,
): number {
  const held = mergeOverlappingIntervals(
    timeline
      .effectsOf(domain)
      .filter(hit)
      .flatMap((e) => [...generateEffectOccurrences(e, from, to)]),
  )
  return computeUptimeShare(held, from, to)
}
