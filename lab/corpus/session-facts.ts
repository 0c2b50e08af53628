/**
 * Facts that the samples of each session prove (docs/rules/detection.md 1.3 and 1.4), derived from the truth at each
 * sample. This applies to every session of every scenario, whatever the scenario tests.
 */
import type { TimestampBounds, EpochMs } from '#lib/contract/index.ts'
import { hubKey, routeServerKey, type SimulatedWorld } from '../simulator/index.ts'
import { nameOfPath, type ScheduledCorpusPoll } from './schedule.ts'
import { intersectSampledAndReportedBounds, computeReportedStartBounds, type VisibleTrueEvent } from './visibility.ts'

export interface SessionFact {
  kind: 'session_down' | 'session_up' | 'session_flap'
  /** `localAddress~neighbor` */
  subject: string
  /**
   * true begin of the fact; for a session that restarted several times between two samples, the time of the last
   * restart
   */
  at: EpochMs
  /** true moment at which the session was up again */
  until: EpochMs | null
  seen: VisibleTrueEvent
}

interface Watched {
  key: string
  localAddress: string
  neighbor: string
  /** name of the source that shows it */
  source: string
  /** null = the age is not reported, for example for the peers of a Route Server or a hub */
  reportedBy: 'duration' | 'upDown' | null
}

/** Establishment times closer together than this count as equal (docs/rules/detection.md 1.3, delta). */
const SAME_LIFE_MS = 2_000

export function deriveSessionFacts(world: SimulatedWorld, slots: readonly ScheduledCorpusPoll[]): SessionFact[] {
  const bySource = Map.groupBy(slots, ({ source }) => `${source.kind} ${source.name}`)
  return watchedSessions(world).flatMap((session) => {
    const kind = session.reportedBy === 'upDown' ? 'summary' : 'peers'
    return factsOf(world, session, bySource.get(`${kind} ${session.source}`) ?? [])
  })
}

function watchedSessions({ topology, scenario }: SimulatedWorld): Watched[] {
  const peers = topology.domains.flatMap(({ peers }) => peers)
  return [
    ...peers
      .filter(({ neverConnects, connection }) => !neverConnects && connection?.device?.bgp !== false)
      .map(
        ({ key, gateway, instance, neighbor }): Watched => ({
          key,
          localAddress: instance,
          neighbor,
          source: gateway.name,
          reportedBy: 'duration',
        }),
      ),
    ...scenario.routeServers.flatMap(({ name: source, peers: own }) =>
      own.map(
        ({ name, address }): Watched => ({
          key: routeServerKey(source, name),
          localAddress: '',
          neighbor: address,
          source,
          reportedBy: null,
        }),
      ),
    ),
    ...scenario.hubs.flatMap(({ name: source, bgp }) =>
      bgp.map(
        ({ name, address }): Watched => ({
          key: hubKey(source, name),
          localAddress: '',
          neighbor: address,
          source,
          reportedBy: null,
        }),
      ),
    ),
    ...[...topology.edges.values()].flatMap(({ key, circuit, peering, path, msee, ce, ipv6 }): Watched[] => {
      const common = { key, source: nameOfPath(circuit.name, peering.type, path), reportedBy: 'upDown' as const }
      return [
        { ...common, localAddress: msee, neighbor: ce },
        ...(ipv6 ? [{ ...common, localAddress: ipv6.msee, neighbor: ipv6.ce }] : []),
      ]
    }),
  ]
}

/** The last sample that showed the session. */
interface Shown {
  up: boolean
  slot: ScheduledCorpusPoll
  /** bounds of the establishment time that the sample reports */
  reported: TimestampBounds | null
  since: EpochMs
}

function factsOf(world: SimulatedWorld, session: Watched, slots: readonly ScheduledCorpusPoll[]): SessionFact[] {
  const facts: SessionFact[] = []
  let last: Shown | null = null
  let open: SessionFact | null = null
  for (const slot of slots) {
    const now = shownAt(world, session, slot)
    if (!now) continue
    const between = last && { earliest: last.slot.startedAt, latest: slot.finishedAt }
    const add = (kind: SessionFact['kind'], at: EpochMs, started: TimestampBounds): SessionFact => {
      const seen = { started, detectedAt: slot.finishedAt, ended: null, duration: null }
      const fact = { kind, subject: `${session.localAddress}~${session.neighbor}`, at, until: null, seen }
      facts.push(fact)
      return fact
    }
    if (last && between) {
      if (last.up && !now.up) open = add('session_down', now.since, between)
      else if (!last.up && now.up) {
        const up = now.reported ? intersectSampledAndReportedBounds(between, now.reported) : between
        add('session_up', now.since, up)
        if (open) close(open, now.since, up)
        open = null
      } else if (last.up && now.up && isRestart(last, now)) {
        const up = now.reported && last.reported ? intersectSampledAndReportedBounds(between, now.reported) : between
        const [lost] = world.sessions.downs(session.key, last.slot.sampleAt, slot.sampleAt).toReversed()
        close(
          add('session_flap', lost?.from ?? now.since, { earliest: between.earliest, latest: up.latest }),
          now.since,
          up,
        )
      }
    }
    last = now
  }
  return facts
}

/** Returns the state of a session in a sample; null = the sample does not show it. */
function shownAt(
  world: SimulatedWorld,
  { key, localAddress, neighbor, reportedBy }: Watched,
  slot: ScheduledCorpusPoll,
): Shown | null {
  const { result, sampleAt } = slot
  if (result.failed || result.blank || (reportedBy === 'duration' && result.hidden(localAddress, neighbor))) return null
  const { up, since } = world.sessions.at(key, sampleAt)
  const ages = reportedBy !== null && up && !result.ageless(localAddress, neighbor)
  return { up, slot, reported: ages ? computeReportedStartBounds(slot, since, reportedBy) : null, since }
}

/**
 * Reports whether the session was established again between two samples, and the samples show this. If both samples
 * report an age, the ages must differ clearly; otherwise the counters show it.
 */
function isRestart(last: Shown, now: Shown): boolean {
  if (now.since <= last.slot.sampleAt) return false
  return last.reported && now.reported ? now.reported.earliest > last.reported.latest + SAME_LIFE_MS : true
}

function close(fact: SessionFact, until: EpochMs, up: TimestampBounds): void {
  const { started } = fact.seen
  fact.until = until
  fact.seen.ended = up
  fact.seen.duration = {
    minMs: Math.max(0, up.earliest - started.latest),
    maxMs: Math.max(0, up.latest - started.earliest),
  }
}
