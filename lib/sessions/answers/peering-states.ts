import {
  circuitPaths,
  type EventKind,
  parsePathSubject,
  parsePeeringType,
  type PeeringType,
} from '#lib/contract/index.ts'
import { mergeTimeIntervals } from '#lib/contract/time/time-spans.ts'
import {
  splitPeriodByState,
  combineRedundantStates,
  type PeriodOutage,
  type PeriodStateInterval,
} from '#lib/detection/index.ts'
import type { Period } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { CircuitResource, EstateTopology } from '#lib/questions/topology.ts'
import { readSessionStatePeriods } from './session-times.ts'

/**
 * Kinds of events that report that a peering was disabled. The paths of a disabled peering count as disabled instead of
 * down, so there is often no other event about the loss of its sessions.
 */
export const disabledPeeringKinds: readonly EventKind[] = ['provider_state_changed', 'peering_disabled']

/** An outage of a circuit, or of a part of it (`subject`). */
interface CircuitLoss extends PeriodOutage {
  kind: EventKind
  /** ARM name of the affected peering. If only one of its paths is affected, `/` and the path follow */
  subject: string
}

/**
 * Facts about one circuit in a period: its outages (`losses`), times without successful polls (`unseen`), and
 * maintenance (`work`).
 */
interface CircuitFacts {
  losses: readonly CircuitLoss[]
  /** times without a successful poll of the circuit's sessions */
  unseen: readonly Period[]
  /**
   * times without a successful poll of sessions or of byte counters; absent = only the states of sessions are computed
   */
  unseenBytes?: readonly Period[]
  work: readonly Period[]
}

/**
 * A period of one peering, divided by the state of its sessions (`session`), and by whether traffic was forwarded
 * (`forwarding`).
 */
export interface PeeringStateIntervals {
  peering: PeeringType
  session: PeriodStateInterval[]
  forwarding: PeriodStateInterval[]
  /** times without a session that are explained by a disabled peering */
  off: CircuitLoss[]
}

/** Session states in a period by circuit ID, as {@link readSessionStatePeriods} returns them. */
type Times = Awaited<ReturnType<typeof readSessionStatePeriods>>

/** Reads the states of the sessions of circuits in a period. */
export const readCircuitSessionTimes = (
  q: SqlExecutor,
  circuits: readonly CircuitResource[],
  period: Period,
  estate: EstateTopology,
): Promise<Times> =>
  readSessionStatePeriods(
    q,
    circuits.map(({ resource }) => resource.id),
    period,
    estate,
  )

const wasUp = (parts: readonly PeriodStateInterval[]) =>
  parts.some(({ state }) => state === 'up' || state === 'indeterminate')

type Lasting = Pick<PeriodOutage, 'started' | 'ended'>

/** Reports whether two outages may overlap, given the possible times of their start and end. */
export const canOutagesOverlap = (a: Lasting, b: Lasting): boolean =>
  a.started.earliest <= (b.ended?.latest ?? Infinity) && b.started.earliest <= (a.ended?.latest ?? Infinity)

/**
 * Finds the times without a session in which the peering was disabled according to an event.
 * @returns the events, with these times as their start and end
 */
function timesOff(parts: readonly PeriodStateInterval[], acts: readonly CircuitLoss[]): CircuitLoss[] {
  const runs: PeriodStateInterval[] = []
  for (const part of parts) {
    const last = runs.at(-1)
    if (last?.state === part.state) last.to = part.to
    else runs.push({ ...part })
  }
  return runs.flatMap(({ from, to, state }, n): CircuitLoss[] => {
    if (state !== 'down') return []
    const may = (beside: PeriodStateInterval | undefined) => (beside?.state === 'indeterminate' ? beside : null)
    const started = { earliest: may(runs[n - 1])?.from ?? from, latest: from }
    const ended = { earliest: to, latest: may(runs[n + 1])?.to ?? to }
    const act = acts.find((one) => canOutagesOverlap(one, { started, ended }))
    return act ? [{ ...act, started, ended: n === runs.length - 1 ? null : ended, provenUntil: null }] : []
  })
}

/**
 * Divides a period for each peering of a circuit. The main peering is first. Any other peering is left out if it has no
 * known outage and none of its sessions was up in the period, because it may not be in use.
 */
export function computePeeringStates(
  { resource, config, peering: own }: CircuitResource,
  times: Times,
  period: Period,
  { losses, unseen, unseenBytes = [], work }: CircuitFacts,
): PeeringStateIntervals[] {
  const sessions = times.get(resource.id) ?? []
  const ownType = parsePeeringType(own?.type ?? null)
  const types = [...new Set([ownType, ...config.peerings.map(({ type }) => parsePeeringType(type))])]
  return types.flatMap((peering): PeeringStateIntervals[] => {
    if (peering === null) return []
    const ofPeering = losses.filter(
      ({ kind, subject }) =>
        kind === 'provider_state_changed' || parsePeeringType(parsePathSubject(subject).peering) === peering,
    )
    const acts = ofPeering.filter(({ kind }) => disabledPeeringKinds.includes(kind))
    const its = ofPeering.filter(({ kind }) => !disabledPeeringKinds.includes(kind))
    const established = sessions.filter((one) => one.peering === peering && wasUp(one.parts))
    if (peering !== ownType && established.length === 0 && its.length === 0) return []
    // Only paths on which a session was up are considered, because only these can replace a lost path. If there are
    // none, both paths are considered.
    const paths = circuitPaths.filter(
      (path) => established.length === 0 || established.some((one) => one.path === path),
    )
    const ofPath = (path: string) =>
      its.filter(({ subject }) => parsePathSubject(subject).path === null || parsePathSubject(subject).path === path)
    const sampled = combineRedundantStates(
      period,
      established.map(({ parts }) => parts),
    )
    const downs = its.filter(({ kind }) => kind === 'circuit_down')
    const off = acts.length === 0 ? [] : timesOff(sampled, acts)
    const byEvents = splitPeriodByState(period, { outages: [...downs, ...off], unseen, work })
    // A peering that is not the main peering may have been disabled or removed. Therefore only sessions prove that it
    // worked.
    const session = peering === ownType || established.length === 0 ? byEvents : sampled
    const unknown = peering === ownType ? [] : session.filter(({ state }) => state !== 'up')
    const unseenForwarding = mergeTimeIntervals([...unseenBytes, ...unknown])
    return [
      {
        peering,
        session,
        off,
        forwarding: combineRedundantStates(
          period,
          paths.map((path) =>
            splitPeriodByState(period, { outages: [...ofPath(path), ...off], unseen: unseenForwarding, work }),
          ),
        ),
      },
    ]
  })
}

/**
 * Combines the states of a circuit's peerings. The circuit is down only while all of its peerings are down (ADR 0296).
 */
export function combinePeeringStates(
  period: Period,
  peerings: readonly PeeringStateIntervals[],
  of: 'session' | 'forwarding',
): PeriodStateInterval[] {
  const [only, ...others] = peerings
  if (only && others.length === 0) return only[of]
  return combineRedundantStates(
    period,
    peerings.map((one) => one[of]),
  )
}
