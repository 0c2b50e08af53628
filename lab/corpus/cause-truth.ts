/**
 * Decides whether the causes that detection names are true. Only the happenings of a scenario count, and not the events
 * it expects. The class of a lost line (link, provider, router, site) depends on how much is lost.
 */
import { type CauseClass, causeClasses } from '#lib/contract/index.ts'
import { formatTableRow } from './report.ts'
import type { ScenarioRunResult } from './run.ts'
import { type CorpusScenario, toSimulatorScenario } from './scenario.ts'

/** A class that detection names with one confidence in one scenario, counted once for all events that have it. */
export interface DetectedCauseWithTruth {
  scenario: string
  class: string
  confidence: number
  isTrue: boolean
}

/** Minimum share of true causes by confidence (`from` and above). */
const MIN_TRUE = [
  { from: 1, least: 0.97 },
  { from: 0.85, least: 0.85 },
  { from: 0.6, least: 0.6 },
  { from: 0.5, least: 0.4 },
] as const

type Happening = Readonly<Record<string, unknown>> & { op: string }

/**
 * Reports whether a class is a cause in the network. Causes of failed polls and the unknown cause are excluded, because
 * causes of failed polls are checked by the outcome of the polls.
 */
const isOfNetwork = (name: string): name is CauseClass => name in causeClasses && !name.startsWith('unknown')

/** Returns the likeliest causes of a run if their confidence is 0.5 or more. */
export function collectCauseClaims({
  scenario,
  events,
}: Pick<ScenarioRunResult, 'scenario' | 'events'>): DetectedCauseWithTruth[] {
  const happens = findTrueCauses(scenario)
  const named = events.flatMap(({ causes: [likeliest] }) =>
    likeliest && likeliest.confidence >= 0.5 && isOfNetwork(likeliest.class) ? [likeliest] : [],
  )
  const distinct = new Map(named.map((one) => [`${one.class} ${one.confidence}`, one]))
  return [...distinct.values()].map(({ class: name, confidence }) => ({
    scenario: scenario.id,
    class: name,
    confidence,
    isTrue: happens.has(name as CauseClass),
  }))
}

/** Returns every class of cause that truly occurs in a scenario. */
export function findTrueCauses(scenario: CorpusScenario): Set<CauseClass> {
  const { truth, collector, declared } = scenario
  const all = truth as readonly Happening[]
  const of = (op: string) => all.filter((one) => one.op === op)
  const circuits = (own: readonly Happening[]) => new Set(own.map(({ circuit }) => circuit).filter(Boolean)).size
  const cuts = of('cut-path')
  const isWhole = cuts.some(
    ({ circuit, path }) => path === 'both' || cuts.some((two) => two['circuit'] === circuit && two['path'] !== path),
  )
  const isOfPeering = cuts.length > 0 && isOnePeering(scenario, cuts)
  const drained = of('prepend').some(({ asn }) => asn === 12_076)
  const sold = of('configuration').some(({ set }) => 'providerState' in Object(set))
  const isPlaceLost = of('blackhole').length > 1 && circuits(of('session-loss')) > 1
  const isLeft = of('withdraw').some(({ site }) => site !== undefined)
  const bgp = of('session-loss').filter(({ circuit }) => circuit !== undefined)
  const found: (CauseClass | false)[] = [
    isOfPeering && 'peering_fault',
    cuts.length > 0 && !isOfPeering && 'provider_or_customer_link',
    isWhole && !isOfPeering && 'provider_outage',
    circuits(cuts) > 1 && 'ce_router_loss',
    (isLeft || isCutTogether(cuts)) && 'onprem_edge_loss',
    (isPlaceLost || of('msee-loss').length > 1) && 'peering_location_loss',
    of('blackhole').length > 0 && !isPlaceLost && 'forwarding_fault',
    drained && 'msee_maintenance',
    sold && 'provider_deprovisioned',
    !drained && !sold && !isPlaceLost && bgp.some(({ word }) => !String(word).includes('(')) && 'customer_bgp',
    (bgp.some(({ word }) => word === 'Idle (PfxCt)') || announcesMany(of('announce'))) && 'prefix_limit_exceeded',
    announcesMany(of('announce')) && 'prefixes_announced',
    ['announce', 'withdraw', 'prepend'].some((op) => of(op).length > 0) && !drained && 'onprem_policy_change',
    of('msee-loss').length > 0 && 'msee_device',
    of('maintenance').length > 0 && 'msee_maintenance',
    of('light-fade').length > 0 && 'optics',
    of('configuration').some(({ set }) => 'adminState' in Object(set)) && 'gateway_migration',
    of('peer-loss').length > 0 && 'hub_peer',
    of('reach-loss').length > 0 && 'global_reach',
    of('tunnel-loss').length > 0 && 'vpn_remote_end',
    of('api-fault').some(({ fault }) => fault === 'state-unknown') && 'state_not_reported',
    of('api-fault').some(({ fault }) => fault === 'cached' || fault === 'other-view') && 'inconsistent_answer',
    collector.some(({ kind }) => kind === 'clock') && 'clock_step',
    declared.tests.length > 0 && 'failover_test',
  ]
  return new Set([...found.filter((one) => one !== false), ...ofGateways(all), ...ofConfiguration(of('configuration'))])
}

/**
 * Reports whether both paths of at least two circuits are cut at the same moment, so that the site or provider that the
 * circuits share may have failed.
 */
const isCutTogether = (cuts: readonly Happening[]): boolean =>
  [...Map.groupBy(cuts, ({ at }) => at).values()].some(
    (own) => new Set(own.filter(({ path }) => path === 'both').map(({ circuit }) => circuit)).size > 1,
  )

/**
 * Reports whether every cut affects only some peerings of its circuit, so that another peering shows that the link
 * still works.
 */
function isOnePeering(scenario: CorpusScenario, cuts: readonly Happening[]): boolean {
  const peeringsOf = (circuit: unknown) =>
    toSimulatorScenario(scenario).circuits?.find(({ name }) => name === circuit)?.peerings?.length ?? 1
  return cuts.every(({ circuit }) => {
    const cut = new Set(cuts.filter((one) => one['circuit'] === circuit).map((one) => one['peering']))
    return peeringsOf(circuit) > cut.size
  })
}

/**
 * Reports whether a block of 100 prefixes or more is announced, which can exceed the 4,000 or 1,000 prefixes that a
 * peering accepts.
 */
const announcesMany = (announced: readonly Happening[]): boolean =>
  announced.some(({ prefixes }) =>
    [prefixes].flat().some((one) => Number((one as { count?: number } | null)?.count ?? 0) >= 100),
  )

function ofGateways(all: readonly Happening[]): CauseClass[] {
  return all.flatMap(({ op, gateway, instance, neighbor, announced, routesAfter }): CauseClass[] => {
    if (op === 'hub-loss') return ['hub_peer', 'vpn_remote_end']
    if (op === 'instance-loss')
      return announced === undefined
        ? ['gateway_instance_maintenance', 'gateway_instance_fault']
        : ['gateway_instance_maintenance']
    if (op !== 'session-loss' || gateway === undefined) return []
    if (String(gateway).startsWith('vpn')) return ['vpn_remote_end', 'vpn_device_bgp']
    if (neighbor === undefined) return instance === undefined ? ['gateway_fault'] : ['gateway_instance_maintenance']
    if (instance === undefined) return ['msee_core_maintenance', 'gateway_edge_session']
    // if the routes return later than the session (`routesAfter`), a fault of the gateway is also a true cause
    return routesAfter === undefined ? ['gateway_edge_session'] : ['gateway_edge_session', 'gateway_fault']
  })
}

function ofConfiguration(own: readonly Happening[]): CauseClass[] {
  return own.flatMap(({ kind }): CauseClass[] => [
    'configuration_change',
    ...(kind === 'route-map' ? (['hub_route_map'] as const) : []),
    ...(kind === 'gateway' ? (['gateway_change'] as const) : []),
    ...(kind === 'vnet' ? (['prefixes_advertised', 'advertised_limit_exceeded'] as const) : []),
    ...(kind === 'peering' ? (['validation_pending', 'microsoft_announcement'] as const) : []),
  ])
}

/** Formats a table of how often causes were true, by detection's confidence. */
export function formatCauseAccuracyTable(claims: readonly DetectedCauseWithTruth[]): string {
  const rows = MIN_TRUE.map(({ from, least }, i) => {
    const to = MIN_TRUE[i - 1]?.from ?? Number.POSITIVE_INFINITY
    const own = claims.filter(({ confidence }) => confidence >= from && confidence < to)
    const came = own.filter(({ isTrue }) => isTrue).length
    const share = own.length === 0 ? '-' : `${((100 * came) / own.length).toFixed(0)} %`
    const said = to === Number.POSITIVE_INFINITY ? `${from}` : `${from} to below ${to}`
    return formatTableRow([said, own.length, came, share, `${100 * least} %`])
  })
  const head = ['Confidence', 'Scenarios that name it', 'True', 'Share of true', 'Required minimum']
  return [formatTableRow(head), formatTableRow(head.map(() => '---')), ...rows].join('\n')
}

/** Returns the ranges of confidence in which the share of true causes is below the minimum. */
export const findConfidenceRangesBelowTarget = (claims: readonly DetectedCauseWithTruth[]): string[] =>
  MIN_TRUE.flatMap(({ from, least }, i) => {
    const to = MIN_TRUE[i - 1]?.from ?? Number.POSITIVE_INFINITY
    const own = claims.filter(({ confidence }) => confidence >= from && confidence < to)
    const wrong = own.filter(({ isTrue }) => !isTrue)
    return wrong.length > (1 - least) * own.length
      ? [`${from}: ${wrong.map(({ scenario, class: name }) => `${scenario} ${name}`).join(', ')}`]
      : []
  })
