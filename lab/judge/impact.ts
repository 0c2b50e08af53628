/** Compares the impact of incidents with the world's route tables before and during their faults. */
import type { DetectedEvent, EpochMs } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { IncidentDetail } from '#lib/incidents/api/index.ts'
import { parseTimeBoundsPair, convertApiEventToDetected, convertApiIncidentToDetected } from './concluded.ts'
import { type GeneratedFault, MAX_REPAIR_EFFECT_DELAY_MS } from './faults.ts'
import { findFaultsOfIncident, type CorrectnessJudgement, formatFaultDescription } from './judge.ts'
import type { AnswerJudgeFunction, RecordedEstate } from './record.ts'
import {
  type ChangedPrefixOutcome,
  findPrefixRoutingChanges,
  type PrefixRoutingOutcome,
  prefixRoutingOutcomes,
  listRouteTableChangeTimes,
  type NetworkWithRouteTable,
  listNetworksWithRouteTables,
} from './tables.ts'
import type { EstateFaultTruth } from './truth.ts'

/**
 * Minimum duration in milliseconds that is surely seen. Tables are polled every 5 minutes, so that shorter states may
 * be missed.
 */
const SEEN_AFTER_MS = 6 * MS_PER_MINUTE
/**
 * Maximum time in milliseconds before a fault at which the poll begins that the product uses as the state before the
 * fault.
 */
const BEFORE_MS = 6 * MS_PER_MINUTE

interface Span {
  from: EpochMs
  to: EpochMs
}

/**
 * Returns the most severe effect on each prefix within a time span, over all networks. `lasting` contains effects that
 * lasted long enough for polls to show them, and `any` contains effects of any duration.
 */
function worstIn(
  played: RecordedEstate,
  networks: readonly NetworkWithRouteTable[],
  { from, to }: Span,
  isOwn: (change: ChangedPrefixOutcome) => boolean,
): { lasting: Map<string, PrefixRoutingOutcome>; any: Map<string, PrefixRoutingOutcome> } {
  const [lasting, any] = [new Map<string, PrefixRoutingOutcome>(), new Map<string, PrefixRoutingOutcome>()]
  const note = (map: Map<string, PrefixRoutingOutcome>, prefix: string, fate: PrefixRoutingOutcome) => {
    if (prefixRoutingOutcomes.indexOf(fate) < prefixRoutingOutcomes.indexOf(map.get(prefix) ?? 'none'))
      map.set(prefix, fate)
  }
  const moments = [...listRouteTableChangeTimes(played, from + 1, to), to]
  for (const network of networks) {
    const before = network.table(from)
    const since = new Map<string, { fate: PrefixRoutingOutcome; at: EpochMs }>()
    for (const [n, at] of moments.entries()) {
      const changes = new Map(
        findPrefixRoutingChanges(before, network.table(at)).map((change) => [change.prefix, change]),
      )
      for (const change of changes.values()) {
        const fate = isOwn(change) ? change.fate : 'none'
        note(any, change.prefix, fate)
        const known = since.get(change.prefix)
        const own = known?.fate === fate ? known : { fate, at }
        since.set(change.prefix, own)
        if ((moments[n + 1] ?? at) - own.at >= SEEN_AFTER_MS) note(lasting, change.prefix, fate)
      }
    }
  }
  return { lasting, any }
}

const namesOf = (kind: string, faults: readonly GeneratedFault[]) =>
  faults.flatMap(({ elements }) =>
    elements.flatMap((element) => (element.startsWith(`${kind} `) ? [element.slice(kind.length + 1)] : [])),
  )

/** Fields of an impact answer that count prefixes, by the effect on the prefix. */
const COUNTED = { lost: 'prefixesLost', covered: 'prefixesCovered', rerouted: 'prefixesRerouted' } as const

function judged(
  recorded: RecordedEstate,
  truth: EstateFaultTruth,
  events: readonly DetectedEvent[],
  incident: IncidentDetail,
): CorrectnessJudgement[] {
  const played = { ...recorded, events }
  const faults = findFaultsOfIncident(played, convertApiIncidentToDetected(incident), truth)
  if (faults.length === 0 || incident.endedBetween === null) return []
  const networks = listNetworksWithRouteTables(recorded)
  const behind = new Set([...namesOf('circuit', faults), ...namesOf('vpn', faults), ...namesOf('hub', faults)])
  const gateways = new Set(namesOf('gateway', faults))
  const from = Math.min(...faults.map((fault) => fault.from)) - 1
  const until = Math.max(...faults.map((fault) => fault.until))
  const others = recorded.faults.filter(
    (other) =>
      !faults.includes(other) &&
      other.from <= until + MAX_REPAIR_EFFECT_DELAY_MS &&
      other.until + MAX_REPAIR_EFFECT_DELAY_MS >= from,
  )
  const alien = new Set([...namesOf('circuit', others), ...namesOf('vpn', others), ...namesOf('hub', others)])
  const isOwn = (change: ChangedPrefixOutcome) =>
    [...change.behind].some((one) => behind.has(one)) || [...change.gateways].some((one) => gateways.has(one))
  // a change is excluded if another fault affects the same routes at the same time, because either fault may be the
  // reason
  const isSolely = (change: ChangedPrefixOutcome) => isOwn(change) && ![...change.behind].some((one) => alien.has(one))
  const { lasting } = worstIn(recorded, networks, { from, to: until }, isSolely)
  const [began, ended] = [parseTimeBoundsPair(incident.startedBetween), parseTimeBoundsPair(incident.endedBetween)]
  const may = [from, Math.max(recorded.start, Math.min(from, began.earliest) - BEFORE_MS)].map(
    (begin) =>
      worstIn(
        recorded,
        networks,
        { from: begin, to: Math.max(until + MAX_REPAIR_EFFECT_DELAY_MS, ended.latest) },
        () => true,
      ).any,
  )
  // a prefix that another fault had cut off before the first fault may have had a route again before a later one
  const later = faults.map(
    (fault) => worstIn(recorded, networks, { from: fault.from - 1, to: until + MAX_REPAIR_EFFECT_DELAY_MS }, isOwn).any,
  )
  const title = `incident ${incident.title} of ${faults.map(formatFaultDescription).join(', ')}`
  return Object.entries(COUNTED).map(([fate, member]): CorrectnessJudgement => {
    const sure = [...lasting].filter(([prefix, one]) => one === fate && may.every((map) => map.get(prefix) === fate))
    const possible = new Set(
      [...may, ...later].flatMap((map) =>
        [...map].flatMap(([prefix, worst]) =>
          prefixRoutingOutcomes.indexOf(worst) <= prefixRoutingOutcomes.indexOf(fate as PrefixRoutingOutcome) &&
          prefixRoutingOutcomes.indexOf(lasting.get(prefix) ?? 'none') >=
            prefixRoutingOutcomes.indexOf(fate as PrefixRoutingOutcome)
            ? [prefix]
            : [],
        ),
      ),
    )
    const of = `impact: ${fate}`
    const count = incident.impact[member]
    const said = count ? `${count.atLeast} to ${count.atMost}` : 'unknown'
    const detail = `${title}: ${said} ${fate} (${incident.impact.routes}), truly ${sure.length} to ${possible.size}: ${sure.map(([prefix]) => prefix).join(' ')}`
    if (count && (count.atLeast > possible.size || (count.atMost ?? Number.POSITIVE_INFINITY) < sure.length))
      return { of, is: 'wrong', detail }
    const isVague = !count || count.atMost === null || count.atLeast < sure.length || count.atMost > possible.size
    return { of, is: isVague ? 'unknown' : 'right', detail: isVague ? detail : '' }
  })
}

export const judgeImpactAnswers: AnswerJudgeFunction = async (recorded, truth) => {
  const incidents = await recorded.list<{ id: string }>('/incidents')
  const details: IncidentDetail[] = []
  for (const { id } of incidents) details.push(await recorded.ask<IncidentDetail>(`/incidents/${id}`))
  const events = details.flatMap(({ timeline }) => timeline.map(convertApiEventToDetected))
  return details.flatMap((incident) => judged(recorded, truth, events, incident))
}
