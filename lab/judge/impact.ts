/** Compares the impact of incidents with the world's route tables before and during their faults. */
import type { DetectedEvent, EpochMs } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import type { IncidentDetail } from '#lib/incidents/api/index.ts'
import { boundsOf, eventOf, incidentOf } from './concluded.ts'
import { type Fault, SETTLED_MS } from './faults.ts'
import { faultsOf, type Judgement, nameOf } from './judge.ts'
import type { Answers, Recorded } from './record.ts'
import { type Changed, changesBetween, type Fate, fates, momentsOf, type Network, networksOf } from './tables.ts'
import type { Truth } from './truth.ts'

/**
 * Minimum duration in milliseconds that is surely seen. Tables are polled every 5 minutes, so that shorter states may
 * be missed.
 */
const SEEN_AFTER_MS = 6 * MINUTE
/**
 * Maximum time in milliseconds before a fault at which the poll begins that the product uses as the state before the
 * fault.
 */
const BEFORE_MS = 6 * MINUTE

interface Span {
  from: EpochMs
  to: EpochMs
}

/**
 * Returns the most severe effect on each prefix within a time span, over all networks. `lasting` contains effects that
 * lasted long enough for polls to show them, and `any` contains effects of any duration.
 */
function worstIn(
  played: Recorded,
  networks: readonly Network[],
  { from, to }: Span,
  isOwn: (change: Changed) => boolean,
): { lasting: Map<string, Fate>; any: Map<string, Fate> } {
  const [lasting, any] = [new Map<string, Fate>(), new Map<string, Fate>()]
  const note = (map: Map<string, Fate>, prefix: string, fate: Fate) => {
    if (fates.indexOf(fate) < fates.indexOf(map.get(prefix) ?? 'none')) map.set(prefix, fate)
  }
  const moments = [...momentsOf(played, from + 1, to), to]
  for (const network of networks) {
    const before = network.table(from)
    const since = new Map<string, { fate: Fate; at: EpochMs }>()
    for (const [n, at] of moments.entries()) {
      const changes = new Map(changesBetween(before, network.table(at)).map((change) => [change.prefix, change]))
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

const namesOf = (kind: string, faults: readonly Fault[]) =>
  faults.flatMap(({ elements }) =>
    elements.flatMap((element) => (element.startsWith(`${kind} `) ? [element.slice(kind.length + 1)] : [])),
  )

/** Fields of an impact answer that count prefixes, by the effect on the prefix. */
const COUNTED = { lost: 'prefixesLost', covered: 'prefixesCovered', rerouted: 'prefixesRerouted' } as const

function judged(
  recorded: Recorded,
  truth: Truth,
  events: readonly DetectedEvent[],
  incident: IncidentDetail,
): Judgement[] {
  const played = { ...recorded, events }
  const faults = faultsOf(played, incidentOf(incident), truth)
  if (faults.length === 0 || incident.endedBetween === null) return []
  const networks = networksOf(recorded)
  const behind = new Set([...namesOf('circuit', faults), ...namesOf('vpn', faults), ...namesOf('hub', faults)])
  const gateways = new Set(namesOf('gateway', faults))
  const from = Math.min(...faults.map((fault) => fault.from)) - 1
  const until = Math.max(...faults.map((fault) => fault.until))
  const others = recorded.faults.filter(
    (other) => !faults.includes(other) && other.from <= until + SETTLED_MS && other.until + SETTLED_MS >= from,
  )
  const alien = new Set([...namesOf('circuit', others), ...namesOf('vpn', others), ...namesOf('hub', others)])
  const isOwn = (change: Changed) =>
    [...change.behind].some((one) => behind.has(one)) || [...change.gateways].some((one) => gateways.has(one))
  // a change is excluded if another fault affects the same routes at the same time, because either fault may be the
  // reason
  const isSolely = (change: Changed) => isOwn(change) && ![...change.behind].some((one) => alien.has(one))
  const { lasting } = worstIn(recorded, networks, { from, to: until }, isSolely)
  const [began, ended] = [boundsOf(incident.startedBetween), boundsOf(incident.endedBetween)]
  const may = [from, Math.max(recorded.start, Math.min(from, began.earliest) - BEFORE_MS)].map(
    (begin) =>
      worstIn(recorded, networks, { from: begin, to: Math.max(until + SETTLED_MS, ended.latest) }, () => true).any,
  )
  const title = `incident ${incident.title} of ${faults.map(nameOf).join(', ')}`
  return Object.entries(COUNTED).map(([fate, member]): Judgement => {
    const sure = [...lasting].filter(([prefix, one]) => one === fate && may.every((map) => map.get(prefix) === fate))
    const possible = new Set(
      may.flatMap((map) =>
        [...map].flatMap(([prefix, worst]) =>
          fates.indexOf(worst) <= fates.indexOf(fate as Fate) &&
          fates.indexOf(lasting.get(prefix) ?? 'none') >= fates.indexOf(fate as Fate)
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

export const impact: Answers = async (recorded, truth) => {
  const incidents = await recorded.list<{ id: string }>('/incidents')
  const details: IncidentDetail[] = []
  for (const { id } of incidents) details.push(await recorded.ask<IncidentDetail>(`/incidents/${id}`))
  const events = details.flatMap(({ timeline }) => timeline.map(eventOf))
  return details.flatMap((incident) => judged(recorded, truth, events, incident))
}
