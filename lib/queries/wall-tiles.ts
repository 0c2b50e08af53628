import {
  type Circuit,
  type Event,
  eventKindRecords,
  type Gateway,
  type Incident,
  incidentRoleOf,
  openWindow,
  RECOVERED_SHOWN_MS,
  siteStateOf,
  type WallState,
  type WallTile,
  wallStates,
} from '#lib/contract/index.ts'
import { freshnessOf, isRefused, pollFreshness, pollsUnder } from './freshness.ts'
import type { WallFacts } from './wall-facts.ts'
import { aloneSiteMeaning, circuitMeaning, gatewayMeaning } from './wall-words.ts'

/** A tile before anything is known of incidents, maintenance and cards. */
type Plain = Pick<WallTile, 'id' | 'type' | 'name' | 'subscriptionId' | 'state' | 'meaning' | 'since' | 'href'> & {
  scope: string
  provider: string | null
}

type ActiveProblem = WallFacts['problems'][number]

/** Every resource with its tile, the worst first; what is switched off, or included in another tile, has none. */
export function tilesOf(facts: WallFacts): WallTile[] {
  const plain = [
    ...facts.circuits.flatMap((circuit) => circuitTile(circuit, facts)),
    ...facts.gateways.flatMap((gateway) => gatewayTile(gateway, facts)),
    ...facts.problems.flatMap((problem) => otherTile(problem, facts)),
  ]
  const spokenFor = new Set(plain.filter(({ state }) => state !== 'up').map(({ scope }) => scope))
  const sites = facts.sites.filter(({ scope }) => !spokenFor.has(scope)).map((site) => siteTile(site, facts))
  return [...plain, ...sites].map((tile) => withContext(tile, facts)).toSorted(byWorst)
}

const rankOf = ({ state, recovered }: WallTile) => wallStates.indexOf(state) - (recovered ? 0.5 : 0)

/** In one state what is not acknowledged comes first; the name decides the rest, so that tiles keep their places. */
function byWorst(a: WallTile, b: WallTile): number {
  const isTaken = ({ acknowledged }: WallTile) => Number(acknowledged !== null)
  return rankOf(a) - rankOf(b) || isTaken(a) - isTaken(b) || a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1)
}

const stateOf: Record<ActiveProblem['severity'], WallState> = {
  down: 'down',
  degraded: 'degraded',
  unknown: 'unknown',
  ok: 'up',
}

function circuitTile(circuit: Circuit, facts: WallFacts): Plain[] {
  if (circuit.redundancy === 'disabled') return []
  const problem = facts.problems.find(({ type, id }) => type === 'circuit' && id === circuit.id)
  const { id, name, subscriptionId, provider } = circuit
  return [
    {
      id: `circuit/${id}`,
      type: 'circuit',
      scope: id,
      name,
      subscriptionId,
      provider,
      state: problem ? stateOf[problem.severity] : 'up',
      meaning: circuitMeaning(circuit, facts),
      since: problem?.since ?? null,
      href: `/circuits/${id}`,
    },
  ]
}

/** A gateway that lost no more than a circuit's path is spoken for by that circuit. */
function gatewayTile(gateway: Gateway, facts: WallFacts): Plain[] {
  const problem = facts.problems.find(({ type, id }) => type === 'gateway' && id === gateway.id)
  if (!problem && gateway.state !== 'healthy') return []
  const { id, name, subscriptionId } = gateway
  return [
    {
      id: `gateway/${id}`,
      type: 'gateway',
      scope: id,
      name,
      subscriptionId,
      provider: null,
      state: problem ? stateOf[problem.severity] : 'up',
      meaning: gatewayMeaning(gateway, facts),
      since: problem?.since ?? null,
      href: `/gateways/${id}`,
    },
  ]
}

/** A session that nothing speaks for, and what the collector can't see. */
function otherTile(problem: ActiveProblem, { sources }: WallFacts): Plain[] {
  const { type, id, name, severity, reason, since, href } = problem
  if (type !== 'session' && type !== 'source') return []
  return [
    {
      id: `${type}/${id}/${name}`,
      scope: id,
      name,
      since,
      href,
      provider: null,
      type: type === 'source' ? 'collector' : 'session',
      subscriptionId: subscriptionOf(sources.find(({ scope }) => scope === id)?.resourceId),
      state: stateOf[severity],
      meaning: type === 'source' ? `Not seen: ${reason.replace(/:.*/s, '')}` : reason.replace(/\.$/, ''),
    },
  ]
}

function siteTile(site: Event, { circuits, gateways }: WallFacts): Plain {
  const home = [...circuits, ...gateways].find(({ id }) => id === site.scope)
  return {
    id: `site/${site.subject}`,
    type: 'site',
    scope: site.scope,
    name: site.subject,
    provider: null,
    subscriptionId: home?.subscriptionId ?? null,
    state: siteStateOf(site.flags) === 'unreachable' ? 'down' : 'degraded',
    meaning: aloneSiteMeaning(site),
    since: site.startedBetween,
    href: `/events?scope=${encodeURIComponent(site.scope)}`,
  }
}

const subscriptionOf = (resourceId = '') => /^\/subscriptions\/([^/]+)/i.exec(resourceId)?.[1] ?? null

/** Severities that make a tile of what works otherwise; a warning is for a desk, not for a wall. */
const isGrave = ({ severity }: Incident) => severity !== 'warning' && severity !== 'info'

/** Incidents of failing polls belong to the collector's tile: they say nothing of what is polled. */
function isAbout({ scope, root }: Incident, tile: Plain): boolean {
  const isOfCollector = root !== null && incidentRoleOf(root.kind)?.pollFailure === true
  return isOfCollector === (tile.type === 'collector') && (scope === tile.scope || root?.scope === tile.scope)
}

function withContext({ scope, provider, ...tile }: Plain, facts: WallFacts): WallTile {
  const about = facts.incidents.filter((incident) => isAbout(incident, { scope, provider, ...tile }))
  const open = about.filter(({ endedBetween }) => endedBetween === null)
  const grave = open.find((incident) => isGrave(incident) && !incident.maintenance)
  const raised = raisedBy(grave, tile)
  const plannedUntil = openWindow(facts.declared.maintenance, [scope], facts.now)?.to ?? null
  const state = isPlanned(raised, open, plannedUntil) ? 'maintenance' : raised.state
  const incident = state === 'up' ? undefined : (grave ?? open[0])
  return {
    ...raised,
    state,
    name: cardOf(scope, facts)?.displayName || tile.name,
    outcome: outcomeOf(scope, state, facts),
    owner: state === 'up' ? null : ownerOf(scope, provider, incident, facts),
    since: raised.since ?? incident?.startedBetween ?? null,
    recovered: state === 'up' ? recoveryOf(about, facts) : null,
    plannedUntil,
    incidentId: incident?.id ?? null,
    acknowledged: incident?.acknowledged ? { at: incident.acknowledged.at, by: incident.acknowledged.by } : null,
    freshness: freshnessOf(
      pollsUnder(
        facts.sources.filter((source) => source.scope === scope),
        STATE_KINDS,
        facts.now,
      ),
      facts.now,
    ),
  }
}

/** What works and still has a grave open event, for as long as that goes on and is seen: an incident outlives its root. */
function raisedBy(incident: Incident | undefined, tile: Omit<Plain, 'scope' | 'provider'>) {
  const goesOn = incident?.root?.endedBetween === null && incident.unverifiedSince === null
  if (tile.state !== 'up' || !incident?.root || !goesOn) return tile
  return {
    ...tile,
    state: 'degraded' as const,
    meaning: eventKindRecords[incident.root.kind].name,
    since: incident.startedBetween,
  }
}

/** Detection says which incidents a window brought; before it has, the window speaks for what is seen. What is not seen is not planned. */
function isPlanned({ state }: Pick<Plain, 'state'>, open: readonly Incident[], plannedUntil: string | null): boolean {
  if (state === 'up') return false
  if (open.length > 0) return open.every(({ maintenance }) => maintenance)
  return plannedUntil !== null && state !== 'unknown'
}

/** What a state rests on. */
export const STATE_KINDS = ['peers', 'summary', 'arp', 'stats'] as const

const cardOf = (scope: string, { declared }: WallFacts) =>
  declared.cards.find((card) => card.scope === scope && card.part === '')

function ownerOf(
  scope: string,
  provider: string | null,
  incident: Incident | undefined,
  facts: WallFacts,
): WallTile['owner'] {
  const owner = incident?.cause?.owner ?? 'unknown'
  const contact = cardOf(scope, facts)?.contact || null
  return { owner, name: contact ?? (owner === 'provider' ? provider : null) }
}

/**
 * How the poll ended that reports nothing of a resource: a refusal before anything else, because somebody has to act on it, and also
 * while metrics stand in for what is refused.
 */
function outcomeOf(scope: string, state: WallState, { sources, now }: WallFacts): WallTile['outcome'] {
  const own = sources.filter((source) => source.scope === scope)
  const refused = own.find((source) => STATE_KINDS.some((kind) => kind === source.poll.kind) && isRefused(source, now))
  if (refused || state !== 'unknown') return refused ? 'forbidden' : null
  const blind = own.filter(({ poll }) => ['stale', 'never'].includes(pollFreshness(poll, now)))
  const failed = blind.find(({ poll }) => poll.lastOutcome !== 'ok')
  return failed?.poll.lastOutcome ?? (blind.length > 0 ? 'not_polled' : null)
}

const losses: ReadonlySet<string> = new Set(['circuit_down', 'gateway_isolated', 'no_path'])

function recoveryOf(about: readonly Incident[], { now }: WallFacts): WallTile['recovered'] {
  const [last] = about
    .filter(
      (incident) =>
        isGrave(incident) && incident.endedBetween && now - Date.parse(incident.endedBetween[1]) <= RECOVERED_SHOWN_MS,
    )
    .toSorted((a, b) => ((a.endedBetween?.[1] ?? '') < (b.endedBetween?.[1] ?? '') ? 1 : -1))
  if (!last?.endedBetween) return null
  const { root, endedBetween, startedBetween } = last
  return {
    at: endedBetween[1],
    was: root && losses.has(root.kind) ? 'down' : 'degraded',
    duration: root?.duration ?? durationOf(startedBetween, endedBetween),
  }
}

/** Null where it was so already at the first poll. */
function durationOf(started: Incident['startedBetween'], ended: Incident['startedBetween']) {
  const [startEarliest, startLatest, endEarliest, endLatest] = [...started, ...ended].map((at) => Date.parse(at)) as [
    number,
    number,
    number,
    number,
  ]
  if (startEarliest === 0) return null
  return {
    atLeastSeconds: Math.max(0, endEarliest - startLatest) / 1_000,
    atMostSeconds: (endLatest - startEarliest) / 1_000,
  }
}
