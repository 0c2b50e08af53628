import { formatEndWithoutRecovery } from '#lib/contract/words/event-ending.ts'
import { FAILING_POLLS_NEXT_STEP } from '#lib/contract/event-kinds/causes.ts'
import { isCalledOwner } from '#lib/contract/events/called-owner.ts'
import { formatBriefNextStep } from '#lib/contract/words/incident-steps.ts'
import { STOPPED_POLLS_BRIEF_STEP, STOPPED_POLLS_NEXT_STEP } from '#lib/contract/words/stopped-polls.ts'
import {
  type ActiveProblemToEncode,
  isUpOrSilent,
  RECOVERED_SHOWN_MS,
  type WallState,
  type WallTileToEncode,
  wallStates,
} from '../api/index.ts'
import type { StoredCircuit } from '#lib/circuits/api/index.ts'
import { sumCircuitRates } from '#lib/circuits/api/carried-rates.ts'
import {
  formatPollOutcome,
  eventKindRecords,
  findLatestOutage,
  computeOutageDuration,
  findOpenDeclaredWindow,
  TOTAL_LOSS_KINDS,
} from '#lib/contract/index.ts'
import { isProblemSeverity } from '#lib/contract/vocabulary.ts'
import type { GatewayToEncode } from '#lib/gateways/api/index.ts'
import {
  formatCircuitState,
  formatGatewayState,
  findProblemSeverity,
  gatewaySeverityLevels,
  gatewayStateLabels,
  isWithoutSessionEvidence,
  redundancySeverityLevels,
  redundancyLabels,
} from '#lib/gateways/api/state-text.ts'
import type { IncidentResponse } from '#lib/incidents/answers/index.ts'
import { parseSiteSubject } from '#lib/detection/index.ts'
import { combinePollFreshness, isPollRefused, judgePollFreshness, findSupportingPolls } from '#lib/questions/index.ts'
import { isCollectorIncident } from './problem-incidents.ts'
import { isLateCollector, isStoppedCollector } from './problems.ts'
import type { WallInput } from './wall-facts.ts'
import {
  describeCircuitEffect,
  describeEventEffect,
  formatLostPrefixes,
  describeGatewayEffect,
  formatSiteReason,
} from './wall-text.ts'

/**
 * The part of a tile that follows from the list of problems. The parts from operators' declarations and from the
 * incident are added later.
 */
type Plain = Pick<
  WallTileToEncode,
  | 'id'
  | 'type'
  | 'name'
  | 'subscriptionId'
  | 'state'
  | 'word'
  | 'called'
  | 'meaning'
  | 'since'
  | 'confirmedAt'
  | 'notObservedSeconds'
  | 'unconfirmedSince'
  | 'lastKnown'
  | 'href'
  | 'incidentId'
  | 'bitsPerSecond'
> & {
  scope: string
  provider: string | null
}

/**
 * Returns the tiles of the wall display, most severe first. If all polls stopped, the tile of the collector is first,
 * because all other tiles are then outdated. A disabled resource has no tile, and neither has a resource that is a part
 * of another tile. The states are taken from the list of problems, so that the wall display shows the same as the
 * overview.
 */
export function buildWallTiles(facts: WallInput): WallTileToEncode[] {
  const plain = [
    ...facts.circuits.flatMap((circuit) => circuitTile(circuit, facts)),
    ...facts.gateways.flatMap((gateway) => gatewayTile(gateway, facts)),
    ...joinFamilies(facts.problems).flatMap((problem) => otherTile(problem, facts)),
  ]
  const sources = Map.groupBy(facts.sources, ({ scope }) => scope)
  return plain
    .map((tile) => withContext(tile, { ...facts, sources: sources.get(tile.scope) ?? [] }))
    .toSorted((a, b) => Number(isStoppedTile(b, facts)) - Number(isStoppedTile(a, facts)) || byWorst(a, b))
}

/** Reports whether a tile is the tile of the collector, and all polls stopped. */
const isStoppedTile = ({ word }: Pick<Plain, 'word'>, { problems }: WallInput): boolean =>
  word === 'late' && problems.some(isStoppedCollector)

/**
 * Returns the views of the wall display in which a resource is shown. An empty list means that it is shown in all
 * views. It is returned if the resource has no subscription.
 */
export function listViewsOfResource(
  scope: string,
  subscriptionId: string | null,
  { views }: Pick<WallInput, 'views'>,
): string[] {
  if (subscriptionId === null) return []
  return views ? [...(views.of.get(scope) ?? [views.rest])] : [subscriptionId]
}

const rankOf = ({ state, lastKnown, recovered }: WallTileToEncode) =>
  wallStates.indexOf(lastKnown?.state ?? state) - (recovered ? 0.5 : 0)

/**
 * Compares two tiles by state, then by acknowledgement (not acknowledged first), then by name. Among tiles with the
 * same state, recently recovered tiles are first, and healthy gateways are last, because a wall with too little space
 * leaves out the last rows. If the state is unknown only because of Peerwatch's own polling (the
 * collector), the last known state is compared, so that tiles do not change their positions.
 */
function byWorst(a: WallTileToEncode, b: WallTileToEncode): number {
  const isTaken = ({ acknowledged }: WallTileToEncode) => Number(acknowledged !== null)
  const isCalmGateway = ({ type, state, lastKnown }: WallTileToEncode) =>
    Number(type === 'gateway' && isUpOrSilent(lastKnown?.state ?? state))
  return (
    rankOf(a) - rankOf(b) ||
    isTaken(a) - isTaken(b) ||
    isCalmGateway(a) - isCalmGateway(b) ||
    a.name.localeCompare(b.name) ||
    (a.id < b.id ? -1 : 1)
  )
}

/** Returns the most severe problem of a resource. It is the first one in the list, because the list is sorted. */
const problemOf = (type: ActiveProblemToEncode['type'], id: string, { problems }: WallInput) =>
  problems.find((problem) => problem.type === type && problem.id === id)

function circuitTile(circuit: StoredCircuit, facts: WallInput): Plain[] {
  if (circuit.redundancy === 'disabled') return []
  const problem = problemOf('circuit', circuit.id, facts)
  const { id, name, subscriptionId, provider } = circuit
  return [
    {
      id: `circuit/${id}`,
      type: 'circuit',
      scope: id,
      name,
      subscriptionId,
      provider,
      ...stateBy(problem),
      called: formatCircuitState(circuit),
      incidentId: problem?.incidentId ?? null,
      meaning: (problem && describeEventEffect(problem, facts)) ?? describeCircuitEffect(circuit, facts, problem),
      ...timesOf(problem),
      ...(problem?.lastKnown &&
        circuit.lastKnown && {
          lastKnown: {
            ...circuit.lastKnown,
            ...stateOfLevel(redundancySeverityLevels[circuit.lastKnown.state], circuit.lastKnown.state === 'reduced'),
            called: redundancyLabels[circuit.lastKnown.state],
          },
        }),
      href: `/circuits/${id}`,
      bitsPerSecond: rateOf(circuit),
    },
  ]
}

/**
 * Returns the sum of a circuit's traffic in both directions, in bit/s. Null if the sum is unknown or does not include
 * all peerings. The tile then shows the last mean value of its history.
 */
function rateOf(circuit: StoredCircuit): number | null {
  const { toAzure, fromAzure, only } = sumCircuitRates(circuit)
  return only !== null || toAzure === null || fromAzure === null ? null : toAzure + fromAzure
}

/** Returns the times in a tile: since when its problem exists, and until when polls prove it. */
const timesOf = (problem: ActiveProblemToEncode | undefined) => ({
  since: problem?.since ?? null,
  confirmedAt: problem?.confirmedAt,
  notObservedSeconds: problem?.notObservedSeconds,
  unconfirmedSince: problem?.unconfirmedSince ?? null,
})

/** Returns the state and status word of a tile for the severity level of the resource's own state. */
function stateOfLevel(
  level: Parameters<typeof findProblemSeverity>[0],
  isOnePath: boolean,
): Pick<Plain, 'state' | 'word'> {
  const state = findProblemSeverity(level) ?? 'up'
  return { state, word: state === 'degraded' && isOnePath ? 'one_path' : state }
}

/** Returns the state and status word of a tile for the most severe problem of the resource. */
function stateBy(problem: ActiveProblemToEncode | undefined): Pick<Plain, 'state' | 'word'> {
  const state = problem?.severity ?? 'up'
  return { state, word: state === 'degraded' && problem?.state === 'reduced' ? 'one_path' : state }
}

/**
 * Returns the tile of a gateway. The result is empty if the gateway lost only sessions over a circuit's path, because
 * the circuit's tile then includes it.
 */
function gatewayTile(gateway: GatewayToEncode, facts: WallInput): Plain[] {
  const problem = problemOf('gateway', gateway.id, facts)
  if (!problem && gateway.state !== 'healthy' && !isWithoutSessionEvidence(gateway.state)) return []
  const { id, name, subscriptionId } = gateway
  return [
    {
      id: `gateway/${id}`,
      type: 'gateway',
      scope: id,
      name,
      subscriptionId,
      provider: null,
      ...(!problem && isWithoutSessionEvidence(gateway.state)
        ? ({ state: 'silent', word: gateway.state } as const)
        : stateBy(problem)),
      called: formatGatewayState(gateway),
      incidentId: problem?.incidentId ?? null,
      meaning: (problem && describeEventEffect(problem, facts)) ?? describeGatewayEffect(gateway, facts, problem),
      ...timesOf(problem),
      ...(problem?.lastKnown &&
        gateway.lastKnown && {
          lastKnown: {
            ...gateway.lastKnown,
            ...(isWithoutSessionEvidence(gateway.lastKnown.state)
              ? ({ state: 'silent', word: gateway.lastKnown.state } as const)
              : stateOfLevel(gatewaySeverityLevels[gateway.lastKnown.state], false)),
            called: gatewayStateLabels[gateway.lastKnown.state],
          },
        }),
      href: `/gateways/${id}`,
      bitsPerSecond: null,
    },
  ]
}

/**
 * Merges the problems of a site for IPv4 and IPv6 into one problem with the more severe state. The text names the IP
 * versions if IPv6 is affected.
 */
function joinFamilies(problems: readonly ActiveProblemToEncode[]): ActiveProblemToEncode[] {
  const families = Map.groupBy(
    problems.filter(({ type }) => type === 'site'),
    ({ id, name }) => `${id} ${parseSiteSubject(name).name}`,
  )
  return problems.flatMap((problem) => {
    if (problem.type !== 'site') return problem
    const { name } = parseSiteSubject(problem.name)
    const all = families.get(`${problem.id} ${name}`) ?? []
    // Keeps only the first problem of a site. It is the most severe, because the list is sorted.
    return all[0] === problem ? { ...problem, name, site: familyStanding(all) } : []
  })
}

function familyStanding(all: readonly ActiveProblemToEncode[]): ActiveProblemToEncode['site'] {
  const parts = all.flatMap(({ name, site }) =>
    site ? { ...site, family: `IPv${parseSiteSubject(name).family}` } : [],
  )
  const isPlain = parts.every(({ family }) => family === 'IPv4')
  const texts = [...Map.groupBy(parts, ({ state }) => state)].map(([state, own]) =>
    isPlain
      ? state
      : `${own
          .map(({ family }) => family)
          .toSorted()
          .join(' and ')} ${state}`,
  )
  return { state: texts.join(', '), doubt: parts.find(({ doubt }) => doubt !== null)?.doubt ?? null }
}

const tileTypes = { session: 'session', source: 'collector', site: 'site', incident: 'incident' } as const

/**
 * Returns the tile of a problem that is not about a circuit or a gateway. It is about a separate session, failing
 * polls, a site, or an incident of another resource.
 */
function otherTile(problem: ActiveProblemToEncode, facts: WallInput): Plain[] {
  const { type, id, name, severity, called, reason, site, href, kind, incidentId } = problem
  if (type === 'circuit' || type === 'gateway') return []
  const home = [...facts.circuits, ...facts.gateways].find((resource) => resource.id === id)
  const own = type === 'incident' ? incidentId : type === 'site' ? name : `${id}/${name}`
  return [
    {
      id: `${type}/${own}`,
      scope: id,
      name,
      ...timesOf(problem),
      href,
      incidentId,
      bitsPerSecond: null,
      provider: null,
      type: tileTypes[type],
      subscriptionId:
        home?.subscriptionId ?? subscriptionOf(facts.sources.find(({ scope }) => scope === id)?.resourceId),
      state: severity,
      called,
      word: isLateCollector(problem) ? 'late' : severity,
      meaning:
        type === 'source'
          ? formatPollProblem(problem)
          : type === 'incident' && kind
            ? eventKindRecords[kind].name
            : site
              ? formatSiteReason(site, formatLostPrefixes(problem, facts))
              : reason.replace(/\.$/, ''),
    },
  ]
}

/** Returns a text about polls that are late or return no data, without their kinds and errors. */
function formatPollProblem(problem: ActiveProblemToEncode): string {
  // the tile has the time of the last poll as its start
  if (isStoppedCollector(problem)) return 'No poll succeeds; the network may be fine'
  return `${isLateCollector(problem) ? '' : 'No data: '}${problem.reason.replace(/:.*/s, '')}`
}

const subscriptionOf = (resourceId = '') => /^\/subscriptions\/([^/]+)/i.exec(resourceId)?.[1] ?? null

const incidentsAbout = (plain: Plain, { incidents }: WallInput) => incidents.filter((one) => isAbout(one, plain))

function isAbout(incident: IncidentResponse, { id, type, scope }: Plain): boolean {
  const isOwn = incident.scope === scope || incident.root?.scope === scope || id === `incident/${incident.id}`
  return isOwn && isCollectorIncident(incident) === (type === 'collector')
}

/** @param facts its `sources` contain only the polls of the tile's resource */
function withContext(plain: Plain, facts: WallInput): WallTileToEncode {
  const { scope, provider, ...tile } = plain
  const { state, incidentId } = tile
  const incident = facts.incidents.find(({ id }) => id === incidentId)
  const views = listViewsOfResource(scope, tile.subscriptionId, facts)
  const outcome = tile.lastKnown ? null : outcomeOf(state, facts)
  const recovered = state === 'up' ? recoveryOf(incidentsAbout(plain, facts), facts) : null
  const owner = isUpOrSilent(state) || tile.lastKnown ? null : ownerOf(scope, provider, incident, facts)
  const isStopped = isStoppedTile(tile, facts)
  return {
    ...tile,
    views,
    subscriptionId: views[0] ?? null,
    word: recovered ? 'recovered' : tile.word,
    href: incident?.state === 'open' ? `/incidents/${encodeURIComponent(incident.id)}` : tile.href,
    name: cardOf(scope, facts)?.displayName || tile.name,
    outcome,
    doubt: formatDoubt(plain, outcome),
    risk: (tile.type === 'circuit' && state !== 'down' && !tile.lastKnown && facts.risks?.get(scope)) || null,
    owner,
    recovered,
    plannedUntil: findOpenDeclaredWindow(facts.declared.maintenance, [scope], facts.now)?.to ?? null,
    diagnosing: !isUpOrSilent(state) && incident?.diagnosing === true,
    impact: isUpOrSilent(state) || incident?.diagnosing ? null : (incident?.impact.summary ?? null),
    nextStep: isUpOrSilent(state)
      ? null
      : (incident?.cause?.nextStep ??
        (isStopped ? STOPPED_POLLS_NEXT_STEP : tile.type === 'collector' ? FAILING_POLLS_NEXT_STEP : null)),
    briefStep: isUpOrSilent(state)
      ? null
      : incident?.cause
        ? briefStepOf(incident.cause, owner, incident)
        : isStopped
          ? STOPPED_POLLS_BRIEF_STEP
          : null,
    acknowledged: incident?.acknowledged ?? null,
    freshness: combinePollFreshness(findSupportingPolls(facts.sources, TILE_STATE_POLL_KINDS, facts.now), facts.now),
  }
}

function formatDoubt({ state, word, lastKnown }: Plain, outcome: WallTileToEncode['outcome']): string | null {
  if (word === 'late' || lastKnown) return null
  if (state === 'unknown') return outcome === null ? 'no data' : formatPollOutcome(outcome)
  return outcome && `by metrics: ${formatPollOutcome(outcome)}`
}

/** Kinds of polls on which the state of a tile depends. */
export const TILE_STATE_POLL_KINDS = ['peers', 'summary', 'arp', 'stats'] as const

const cardOf = (scope: string, { declared }: WallInput) =>
  declared.cards.find((card) => card.scope === scope && card.part === '')

/** Owner of a problem whose cause is not identified yet, as in lists of incidents. */
const UNNAMED = { owner: 'unknown', ownerName: undefined, confidence: null } as const

function ownerOf(
  scope: string,
  provider: string | null,
  incident: IncidentResponse | undefined,
  facts: WallInput,
): WallTileToEncode['owner'] {
  const { owner, ownerName, confidence } = incident?.cause && !incident.diagnosing ? incident.cause : UNNAMED
  const contact = cardOf(scope, facts)?.contact || null
  // Without an incident and without a contact, a tile has no owner.
  if (!incident && contact === null) return null
  return {
    owner,
    name: contact ?? ownerName ?? (owner === 'provider' ? provider : null),
    confidence,
    ...(contact === null && isCalledOwner(owner) && { lacksContact: true as const }),
  }
}

/** Returns the brief form of the next step for a cause. An owner that the tile does not name is not called. */
const briefStepOf = (
  { nextStep }: NonNullable<IncidentResponse['cause']>,
  owner: WallTileToEncode['owner'],
  { needsYou }: IncidentResponse,
): string =>
  formatBriefNextStep({ owner: owner?.owner ?? 'unknown', ownerName: owner?.name ?? null, nextStep }, needsYou.when)

/**
 * Returns the outcome of a failing poll, which explains the state of a resource. A poll that Azure refuses is always
 * returned, even if metrics replace it, because a user must grant a right. The outcome of any other poll is returned
 * only if the state is unknown.
 */
function outcomeOf(state: WallState, { sources, now }: WallInput): WallTileToEncode['outcome'] {
  const refused = sources.find(
    (source) => TILE_STATE_POLL_KINDS.some((kind) => kind === source.poll.kind) && isPollRefused(source, now),
  )
  if (refused || state !== 'unknown') return refused ? 'forbidden' : null
  const blind = sources.filter(({ poll }) => ['stale', 'never'].includes(judgePollFreshness(poll, now)))
  const failed = blind.find(({ poll }) => poll.lastOutcome !== 'ok')
  return failed?.poll.lastOutcome ?? (blind.length > 0 ? 'not_polled' : null)
}

function recoveryOf(about: readonly IncidentResponse[], { now }: WallInput): WallTileToEncode['recovered'] {
  const [last] = about
    .filter(
      (incident) =>
        isProblemSeverity(incident) &&
        !formatEndWithoutRecovery(incident.root) &&
        incident.endedBetween &&
        now - incident.endedBetween.latest <= RECOVERED_SHOWN_MS,
    )
    .toSorted((a, b) => ((a.endedBetween?.latest ?? 0) < (b.endedBetween?.latest ?? 0) ? 1 : -1))
  if (!last?.endedBetween) return null
  const { root, endedBetween } = last
  return {
    at: endedBetween.latest,
    was: root && TOTAL_LOSS_KINDS.has(root.kind) ? 'down' : 'degraded',
    duration: durationOf(last),
    monitoring: last.state === 'open',
  }
}

/**
 * Returns the minimum and maximum duration of the last outage in ms. The maximum is null if the outage began before the
 * first poll.
 */
function durationOf({ outages }: IncidentResponse): NonNullable<WallTileToEncode['recovered']>['duration'] {
  const last = findLatestOutage(outages)
  const end = last?.endedBetween?.latest ?? 0
  const times = last ? [{ ...last, started: last.startedBetween, ended: last.endedBetween }] : []
  const { least, most } = computeOutageDuration(times, { provenUntil: end, now: end })
  return most === null ? null : { minMs: least, maxMs: most }
}
