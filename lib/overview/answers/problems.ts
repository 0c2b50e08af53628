import { type ActiveProblemToEncode, problemSeverities } from '../api/index.ts'
import type { StoredCircuit, StoredCircuitPath } from '#lib/circuits/api/index.ts'
import { currentStatePollKinds, type EpochMs, formatPollOutcome, type PollKind } from '#lib/contract/index.ts'
import { getReplacedErrorClasses } from '#lib/detection/index.ts'
import type { GatewayToEncode } from '#lib/gateways/api/index.ts'
import {
  findCircuitPartLoss,
  gatewaySeverityLevels,
  gatewayStateLabels,
  canEventOverrideState,
  type CircuitPeeringStates,
  findProblemSeverity,
  redundancySeverityLevels,
  redundancyLabels,
} from '#lib/gateways/api/state-text.ts'
import type { StoredSession } from '#lib/sessions/api/index.ts'
import type { ApiPolledSource } from '#lib/setup/api/index.ts'
import { classifyPoll } from '#lib/setup/answers/index.ts'
import { formatUtcSecond } from '#lib/contract/time/dates.ts'
import { STOPPED_POLLS_STATE } from '#lib/contract/words/stopped-polls.ts'
import { type IncidentProblemInput, addProblemsOfIncidents } from './problem-incidents.ts'

type CircuitFacts = Pick<StoredCircuit, 'id' | 'name' | 'redundancy' | 'unconfirmedSince' | 'lastKnown'> & {
  peerings?: CircuitPeeringStates
  paths: readonly Pick<
    StoredCircuitPath,
    'path' | 'state' | 'reason' | 'since' | 'confirmedAt' | 'notObservedSeconds'
  >[]
}
type GatewayFacts = Pick<GatewayToEncode, 'id' | 'name' | 'state' | 'reason' | 'unconfirmedSince' | 'lastKnown'>
type SessionFacts = Pick<
  StoredSession,
  | 'scope'
  | 'scopeName'
  | 'path'
  | 'localAddress'
  | 'neighbor'
  | 'role'
  | 'verdict'
  | 'azureState'
  | 'evidence'
  | 'mapping'
  | 'known'
  | 'lastSeenAt'
>

/** States of resources, sessions and polls at one moment, from which problems are derived. */
export interface ProblemListInput
  extends Pick<IncidentProblemInput, 'now' | 'incidents' | 'ongoing' | 'sites' | 'maintenance'> {
  circuits: readonly CircuitFacts[]
  gateways: readonly GatewayFacts[]
  sessions: readonly SessionFacts[]
  sources: readonly Pick<ApiPolledSource, 'scope' | 'scopeName' | 'kind' | 'state' | 'error' | 'lastOutcome'>[]
  /**
   * end of the newest successful poll if all polls stopped together; null or absent = polls run, or not all polls are
   * known
   */
  pollsStoppedAt?: EpochMs | null
}

const types: readonly ActiveProblemToEncode['type'][] = ['circuit', 'gateway', 'session', 'site', 'incident', 'source']

/**
 * Returns all current problems, most severe first. The overview, the map and the wall display show this list. It also
 * contains open incidents about resources whose own state is healthy. Each loss is in only one problem:
 * - The problem of a circuit includes the circuit's sessions, and gateways that lost only a path of this circuit.
 * - The problem of a gateway includes the gateway's sessions.
 * - The problem of a circuit or gateway includes polls that return no data about it.
 * Exception: if polls fail because of Peerwatch's own polling (the collector), each circuit and gateway whose state is
 * therefore unknown remains in the list. If its last state is known, the problem contains it in `lastKnown`, so that
 * screens can hide this problem behind the problem of the collector.
 */
export function listProblems(facts: ProblemListInput): ActiveProblemToEncode[] {
  const { problems, folded } = stateProblems(facts)
  // If a circuit or gateway is unknown only because of the collector, open incidents about it must remain visible. Such
  // an incident becomes a problem that replaces the problem "unknown".
  const raised = addProblemsOfIncidents(
    problems.filter(({ lastKnown }) => !lastKnown),
    { ...facts, folded },
  )
  const kept = problems.filter(
    ({ type, id, lastKnown }) => lastKnown && !raised.some((one) => one.type === type && one.id === id),
  )
  return [...raised, ...kept].toSorted(
    (a, b) =>
      problemSeverities.indexOf(a.severity) - problemSeverities.indexOf(b.severity) ||
      types.indexOf(a.type) - types.indexOf(b.type) ||
      a.name.localeCompare(b.name),
  )
}

/**
 * Returns the problems that follow from the states of resources, sessions and polls. `folded` contains the IDs of
 * gateways that are a part of a circuit's problem.
 */
function stateProblems(facts: ProblemListInput): { problems: ActiveProblemToEncode[]; folded: string[] } {
  const circuits = wrongCircuits(facts)
  const gateways = wrongGateways(facts)
  const folded = gateways.filter((gateway) => lostOnlyPaths(gateway, circuits, facts.sessions))
  const groups = groupFailingPolls(facts.sources, facts)
  const ofCollector = groups.find(isLateCollector)?.sources ?? []
  const unpolled = new Set(ofCollector.map(({ scope }) => scope))
  const problems = [
    ...circuits.map((circuit) => circuitProblem(circuit, folded, facts.sessions)),
    ...gateways.filter((gateway) => !folded.includes(gateway)).map((gateway) => gatewayProblem(gateway, facts)),
    ...facts.sessions.filter((session) => isAlone(session, facts)).map((session) => sessionProblem(session, facts)),
    ...groups.map((group) => sourceProblem(group, facts)),
  ].map((one) => {
    const { lastKnown } = [...circuits, ...gateways].find(({ id }) => id === one.id) ?? {}
    if (one.severity !== 'unknown' || !lastKnown || !unpolled.has(one.id)) return one
    const { state, at } = lastKnown
    return {
      ...one,
      lastKnown: { called: wordsOf[one.type === 'gateway' ? 'gateway' : 'circuit'][state] ?? state, at },
    }
  })
  return { problems, folded: folded.map(({ id }) => id) }
}

const wrongCircuits = ({ circuits }: Pick<ProblemListInput, 'circuits'>) =>
  circuits.filter(({ redundancy }) => findProblemSeverity(redundancySeverityLevels[redundancy]) !== null)
const wrongGateways = ({ gateways }: Pick<ProblemListInput, 'gateways'>) =>
  gateways.filter(({ state }) => findProblemSeverity(gatewaySeverityLevels[state]) !== null)

/** Returns the sessions of a gateway that are down, except sessions between the gateway's own instances. */
function lostBy(gatewayId: string, sessions: readonly SessionFacts[]): SessionFacts[] {
  return sessions.filter(
    ({ scope, path, verdict, role }) =>
      scope === gatewayId && path === null && verdict === 'down' && role !== 'gateway-peer',
  )
}

/**
 * Reports whether a session belongs to a circuit, or to one path of the circuit. The circuit of a session may be known
 * or only inferred.
 */
function isOf({ mapping }: SessionFacts, circuitId: string, path?: StoredCircuitPath['path']): boolean {
  if (mapping === null || mapping.confidence === 'unknown') return false
  return mapping.circuitId === circuitId && (path === undefined || mapping.path === path)
}

/** Reports whether every session that a gateway lost belongs to a circuit path that is down. */
function lostOnlyPaths(
  { id, state }: GatewayFacts,
  circuits: readonly CircuitFacts[],
  sessions: readonly SessionFacts[],
): boolean {
  if (state !== 'peer_lost' && state !== 'partial') return false
  const lost = lostBy(id, sessions)
  const isExplained = (session: SessionFacts) =>
    circuits.some((circuit) =>
      circuit.paths.some((path) => path.state === 'down' && isOf(session, circuit.id, path.path)),
    )
  return lost.length > 0 && lost.every(isExplained)
}

const worstPaths: readonly StoredCircuitPath['state'][] = ['down', 'degraded', 'unknown', 'disabled', 'not_configured']

function circuitProblem(
  { id, name, redundancy, paths, peerings, unconfirmedSince }: CircuitFacts,
  folded: readonly GatewayFacts[],
  sessions: readonly SessionFacts[],
): ActiveProblemToEncode {
  const culprits = paths
    .filter(({ state }) => state !== 'up')
    .toSorted((a, b) => worstPaths.indexOf(a.state) - worstPaths.indexOf(b.state))
  const [first, second] = culprits
  const isShared = first !== undefined && first.reason === second?.reason
  const reasons = isShared
    ? [`Both paths: ${first.reason}`]
    : culprits.map(({ path, reason }) => `${path === 'primary' ? 'Primary' : 'Secondary'} path: ${reason}`)
  const losers = folded.filter((gateway) => lostBy(gateway.id, sessions).some((session) => isOf(session, id)))
  const also = losers.map((gateway) => `Gateway ${gateway.name} has lost it too.`)
  const part = findCircuitPartLoss({ redundancy, peerings })
  const working = part ? [`${part.works.join(' and ')} works.`] : []
  const reason = reasons.length === 0 ? 'No path is known to work.' : [...reasons, ...working, ...also].join(' ')
  // A circuit without a working path is down since it lost its last path.
  const begun = culprits
    .filter(({ since }) => since)
    .toSorted((a, b) => ((a.since?.latest ?? 0) < (b.since?.latest ?? 0) ? -1 : 1))
  const { since = null, confirmedAt, notObservedSeconds } = (redundancy === 'no_path' ? begun.at(-1) : first) ?? {}
  const severity = findProblemSeverity(redundancySeverityLevels[redundancy])
  return problem('circuit', {
    id,
    name,
    state: redundancy,
    severity,
    reason,
    since,
    confirmedAt,
    notObservedSeconds,
    unconfirmedSince,
    ...(part && { part, called: `${part.down} down` }),
  })
}

function gatewayProblem(
  { id, name, state, reason, unconfirmedSince }: GatewayFacts,
  { sessions, circuits }: ProblemListInput,
): ActiveProblemToEncode {
  const lost = state === 'peer_lost' || state === 'partial' ? lostBy(id, sessions) : []
  const neighbors = new Set(lost.map(({ neighbor }) => neighbor))
  const path = lost[0] ? pathOf(lost[0], circuits) : null
  const reasons = [
    reason ?? state,
    neighbors.size === 1 && path && `It is ${path.isCertain ? '' : 'probably '}the ${path.words}.`,
    neighbors.size > 1 && `${neighbors.size} neighbors are down.`,
  ]
  const severity = findProblemSeverity(gatewaySeverityLevels[state])
  const words = reasons.filter(Boolean).join(' ')
  return problem('gateway', { id, name, state, severity, reason: words, since: null, unconfirmedSince })
}

function pathOf({ mapping }: SessionFacts, circuits: readonly CircuitFacts[]) {
  const circuit = circuits.find(({ id }) => id === mapping?.circuitId)
  if (!mapping || !circuit || mapping.confidence === 'unknown') return null
  return { words: `${mapping.path} path of ${circuit.name}`, isCertain: mapping.confidence === 'certain' }
}

/**
 * Reports whether a session that is down is a separate problem, because neither the problem of a circuit nor that of a
 * gateway includes it.
 */
function isAlone({ scope, path, verdict }: SessionFacts, { circuits, gateways }: ProblemListInput): boolean {
  if (verdict !== 'down') return false
  if (path !== null) {
    const paths = circuits.find(({ id }) => id === scope)?.paths ?? []
    return paths.some((one) => one.path === path && one.state === 'up')
  }
  const state = gateways.find(({ id }) => id === scope)?.state
  return state === undefined || state === 'changing' || canEventOverrideState(state)
}

function sessionProblem(session: SessionFacts, { circuits }: ProblemListInput): ActiveProblemToEncode {
  const { scope: id, path, verdict, azureState, evidence } = session
  const word = azureState === null ? 'not established' : azureState
  const said = evidence === 'metric' ? 'Azure’s metrics show it down' : `Azure reports it as ${word}`
  const unconfirmedSince = session.known === 'stale' ? session.lastSeenAt : null
  const name = formatProblemSessionName(session, circuits)
  const about = { id, name, state: verdict, severity: 'degraded' as const, since: null, unconfirmedSince }
  return path === null
    ? problem('session', { ...about, reason: `${said}.` })
    : problem('session', { ...about, reason: `${said}; the path is up by its other session.` }, 'circuits')
}

/** Returns the name by which a session is shown in its problem. */
export function formatProblemSessionName(session: SessionFacts, circuits: readonly CircuitFacts[]): string {
  const { scopeName, localAddress, neighbor, path } = session
  if (path !== null) return `${scopeName} ${path} path to ${neighbor}`
  const leadsTo = pathOf(session, circuits)
  // The local address is empty for a hub or Route Server, because Azure reports one session for both instances.
  const nearEnd = localAddress === '' ? scopeName : `${scopeName} ${localAddress}`
  return `${nearEnd} to ${neighbor}${leadsTo ? ` (${leadsTo.words})` : ''}`
}

type SourceFacts = ProblemListInput['sources'][number]

/**
 * The resource of the problem "polls are late". All late polls without an error are one problem, because Peerwatch's
 * own polling (the collector) is too slow.
 */
const LATE_POLLS_PROBLEM_RESOURCE = { id: 'collector', name: 'Collector' } as const

/**
 * Reports whether a problem, or a group of failing polls, is the problem "polls are late". Resources of Azure never
 * have its ID.
 */
export const isLateCollector = ({ id }: { id: string }): boolean => id === LATE_POLLS_PROBLEM_RESOURCE.id

interface UnseenGroup<Facts extends SourceFacts> {
  id: string
  name: string
  sources: [Facts, ...Facts[]]
}

/**
 * Kinds of polls whose failure is a problem, because the states of resources depend on them. Metrics and effective
 * routes are not included, because the states are known without them. (If metrics replace a poll that Azure refuses and
 * the metrics fail, the resource itself becomes unknown.)
 */
const STATES_REST_ON: ReadonlySet<PollKind> = new Set([...currentStatePollKinds, 'inventory'] as const)

/**
 * Groups the polls that return no data. Polls that fail for the same reason form one group, except polls of a circuit
 * or gateway that already has a problem. The group "collector" contains all polls that are late or stale without an
 * error. It is formed if polls of several resources are stale, if polls of a resource without a problem are stale, or
 * if polls fail for the cause of an open incident about several resources. Polls with this cause, or with the same
 * error code, are the first polls in this group.
 */
export function groupFailingPolls<Facts extends SourceFacts>(
  sources: readonly Facts[],
  estate: Pick<ProblemListInput, 'circuits' | 'gateways' | 'incidents'>,
): UnseenGroup<Facts>[] {
  const classes = new Set(
    listSharedPollIncidents(estate).flatMap(({ cause }) =>
      cause ? (getReplacedErrorClasses({ causes: [{ ...cause, evidence: [] }] }) ?? []) : [],
    ),
  )
  const isOfCause = ({ lastOutcome, error }: Facts) => error !== null && classes.has(`collector_${lastOutcome}`)
  // If Azure returned only a part of a list, the outcome of the poll differs, but the error of the missing parts is the
  // same.
  const codes = new Set(sources.filter(isOfCause).map(({ error }) => error?.code))
  const isShared = (source: Facts) => isOfCause(source) || (source.error !== null && codes.has(source.error.code))
  const spokenFor = new Set([...wrongCircuits(estate), ...wrongGateways(estate)].map(({ id }) => id))
  // Effective routes are ignored, because a stopped virtual machine has none, and the page of the network shows this. A
  // connection for which Azure gives no routes is ignored as well, because its poll works, and the page of the hub
  // shows it.
  const known = sources.filter(({ kind, lastOutcome }) => kind !== 'effective' && lastOutcome !== 'not_given')
  const stale = known.filter(({ state, error }) => state === 'stale' && error === null)
  const shared = known.filter((source) => isShared(source) && (isBehind(source.state) || source.state === 'never'))
  const isCollector =
    shared.length > 0 ||
    new Set(stale.map(({ scope }) => scope)).size > 1 ||
    stale.some(({ scope }) => !spokenFor.has(scope))
  const behind = isCollector
    ? [...shared, ...known.filter(({ state, error }) => isBehind(state) && error === null)]
    : []
  // A poll that has neither a result nor an error is about to run for the first time and does not count as failed.
  const failed = known.filter(
    (source) =>
      !spokenFor.has(source.scope) &&
      !isShared(source) &&
      STATES_REST_ON.has(source.kind) &&
      source.error !== null &&
      (source.state === 'stale' || source.state === 'never'),
  )
  const groups = [...Map.groupBy(failed, ({ error }) => error?.code).values()].flatMap(([first, ...others]) => {
    if (!first) return []
    const own: [Facts, ...Facts[]] = [first, ...others]
    const name = someOf([...new Map(own.map(({ scope, scopeName }) => [scope, scopeName])).values()])
    return [{ id: first.scope, name, sources: own }]
  })
  const [late, ...others] = behind
  return late ? [...groups, { ...LATE_POLLS_PROBLEM_RESOURCE, sources: [late, ...others] }] : groups
}

const isBehind = (state: ApiPolledSource['state']) => state === 'late' || state === 'stale'

function sourceProblem(group: UnseenGroup<SourceFacts>, facts: ProblemListInput): ActiveProblemToEncode {
  const { id, name, sources } = group
  const [{ state, error }] = sources
  const isCollector = isLateCollector(group)
  const [incident] = isCollector ? listSharedPollIncidents(facts) : []
  const own = problem('source', {
    id,
    name,
    state,
    severity: 'unknown',
    reason:
      error && !isCollector ? `${listKinds(sources)}: ${error.detail} (${error.code})` : formatLatePolls(group, facts),
    since: null,
    unconfirmedSince: null,
    ...(isCollector && !error && !incident?.cause && buildStoppedPolls(facts)),
  })
  return incident ? { ...own, href: `/incidents/${encodeURIComponent(incident.id)}`, incidentId: incident.id } : own
}

/**
 * Returns the number of late polls and their kinds. The numbers have the same basis as the numbers of polls on the
 * Sources page: polls for which Azure has no data do not count.
 */
function formatLatePolls({ sources }: UnseenGroup<SourceFacts>, facts: ProblemListInput): string {
  const [{ error, lastOutcome }] = sources
  const classes = facts.sources.map((source) => ({ source, matter: classifyPoll(source) }))
  const counted = classes.filter(({ matter }) => matter !== 'vmOff' && matter !== 'notGiven')
  const behind = counted.flatMap(({ source, matter }) => (matter === 'late' || matter === 'stale' ? [source] : []))
  const late = error ? sources : behind
  const text = `${late.length} of ${counted.length} polls are late: ${listKinds(late)}.`
  return error ? `${formatPollOutcome(lastOutcome)}, ${text}` : text
}

const listKinds = (sources: readonly SourceFacts[]) => [...new Set(sources.map(({ kind }) => kind))].join(', ')

/**
 * Returns the state of the collector if all polls stopped together, and no open incident names another cause. The last
 * poll is its start, because this time does not change, while the oldest late poll is earlier the longer polls are late.
 */
function buildStoppedPolls({ pollsStoppedAt = null }: Pick<ProblemListInput, 'pollsStoppedAt'>) {
  if (pollsStoppedAt === null) return {}
  return {
    state: STOPPED_POLLS_STATE,
    reason: `No ${formatStoppedPolls(pollsStoppedAt)}; the network may be fine.`,
    since: { earliest: pollsStoppedAt, latest: pollsStoppedAt },
  }
}

/** Returns the end of a sentence about polls that all stopped together; it continues after "no". */
export const formatStoppedPolls = (at: EpochMs): string => `poll has succeeded since ${formatUtcSecond(at)}`

/** Reports whether a problem says that all polls stopped together. */
export const isStoppedCollector = (problem: Pick<ActiveProblemToEncode, 'id' | 'state'>): boolean =>
  isLateCollector(problem) && problem.state === STOPPED_POLLS_STATE

/**
 * Returns the open incidents about the polls of several resources: the polls fail for the same cause, or they did not
 * run.
 */
const listSharedPollIncidents = ({ incidents }: Pick<ProblemListInput, 'incidents'>) =>
  incidents.filter(
    ({ root, state }) => state === 'open' && (root?.kind === 'collector_degraded' || root?.kind === 'nothing_polled'),
  )

function someOf(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`
}

const wordsOf: Record<keyof typeof pages, Partial<Record<string, string>>> = {
  circuit: redundancyLabels,
  gateway: gatewayStateLabels,
  session: { down: 'session down' },
  source: {},
}

const pages = { circuit: 'circuits', gateway: 'gateways', session: 'gateways', source: null } as const

function problem(
  type: keyof typeof pages,
  {
    severity,
    ...about
  }: Omit<ActiveProblemToEncode, 'type' | 'href' | 'incidentId' | 'kind' | 'severity' | 'called'> & {
    severity: ActiveProblemToEncode['severity'] | null
    called?: string
  },
  page: 'circuits' | 'gateways' | null = pages[type],
): ActiveProblemToEncode {
  const href = page === null ? '/sources' : `/${page}/${encodeURIComponent(about.id)}`
  const called = wordsOf[type][about.state] ?? (isLateCollector(about) ? 'late' : 'unknown')
  // `severity` is never null here, because a healthy state is not a problem. The value `degraded` is only needed for
  // the type.
  const own = severity ?? 'degraded'
  return { type, href, severity: own, incidentId: null, kind: null, called, ...about }
}
