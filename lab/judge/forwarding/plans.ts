/** Compares the checks of plans with a world in which the plan was applied. */
import { checkPlan } from '#lib/plan/answers/check-plan.ts'
import type { PlannedChange } from '#lib/plan/api/index.ts'
import { findPlanFindings, mergePlanThresholds, judgePlanState } from '#lib/plan/api/plan-findings.ts'
import { peerUp } from '../../simulator/rib.ts'
import type { HappeningInput } from '../../simulator/index.ts'
import type { AccessRight } from '#lib/contract/index.ts'
import type { CorrectnessJudgement } from '../judge.ts'
import { type ForwardingJudgeContext, formatClockTime, createCorrectnessJudgement, LOSS_SETTLES_MS } from './asked.ts'
import type { ResourceLossToPredict } from './losses.ts'
import { classifyLossOutcome, selectWhatIfRowsOfOrigin, worldAfter } from './what-ifs.ts'
import { isInAddressSpaceOfOrigin, listTrafficOrigins, findPathsToAddress } from './world.ts'

interface Plan extends Pick<ResourceLossToPredict, 'happenings'> {
  readonly what: string
  readonly term: PlannedChange
  /**
   * whether a session depends on the planned resource, by the simulator's keys of the session's route source, its
   * connection and its gateway
   */
  readonly isOn: (source: string, connection: string | null, gateway: string | null) => boolean
}

function plansOf({ estate: { circuits, gateways }, idOf }: ForwardingJudgeContext): Plan[] {
  const cut = (circuit: string, peering: string) => (at: string) =>
    (['primary', 'secondary'] as const).map(
      (path) => ({ op: 'cut-path', circuit, peering, path, at }) as HappeningInput,
    )
  return [
    ...circuits.flatMap(({ name, peerings }): Plan[] => [
      {
        what: `delete ${name}`,
        term: { kind: 'delete', resource: idOf(name) },
        happenings: (at) => peerings.flatMap((peering) => cut(name, peering)(at)),
        isOn: (source) => source.startsWith(`${name}/`),
      },
      ...peerings.map(
        (peering): Plan => ({
          what: `take ${peering} of ${name} away`,
          term: {
            kind: 'peering_off',
            resource: idOf(name),
            peering: peering === 'AzurePrivatePeering' ? 'private' : 'microsoft',
          },
          happenings: cut(name, peering),
          isOn: (source) => source.startsWith(`${name}/${peering}/`),
        }),
      ),
    ]),
    ...circuits.flatMap((circuit) =>
      circuit.gateways.map(
        ({ connection }): Plan => ({
          what: `delete ${connection}`,
          term: { kind: 'delete', resource: idOf(connection) },
          happenings: (at) => [{ op: 'configuration', kind: 'connection', name: connection, absent: true, at }],
          isOn: (_, own) => own === connection,
        }),
      ),
    ),
    ...gateways.map(
      ({ name, instances }): Plan => ({
        what: `delete ${name}`,
        term: { kind: 'delete', resource: idOf(name) },
        happenings: (at) => instances.map((instance) => ({ op: 'instance-loss', gateway: name, instance, at })),
        isOn: (_source, _connection, gateway) => gateway === name,
      }),
    ),
  ]
}

export async function judgeChangePlanAnswers(asked: ForwardingJudgeContext): Promise<CorrectnessJudgement[]> {
  const judgements: CorrectnessJudgement[] = []
  for (const plan of plansOf(asked)) {
    const { data } = await checkPlan(
      asked.db,
      { terms: [plan.term] },
      { rights: new Set<AccessRight>(['read']) },
      asked.at,
    )
    const what = `${plan.what} at ${formatClockTime(asked.at)}`
    const sessions = upOn(asked, plan)
    const lasting = data.downtime.reduce((sum, one) => sum + one.sessions, 0)
    const unsure = data.downtime.reduce((sum, one) => sum + one.unknownSessions, 0)
    const isHeld = lasting <= sessions && sessions <= lasting + unsure
    judgements.push(
      unsure > 0 && isHeld
        ? {
            of: 'plan: lost sessions',
            is: 'unknown',
            detail: `${what}: ${lasting} and ${unsure} unknown, truly ${sessions}`,
          }
        : createCorrectnessJudgement(
            'plan: lost sessions',
            isHeld,
            `${what}: ${lasting} and ${unsure} unknown, not ${sessions}`,
          ),
    )
    const stranded = strandedBy(asked, { ...plan, term: '' }, data)
    const { stranded: said, unknown: open } = data.counts
    const own = data.prefixes.filter(
      ({ side, outcome, prefix }) => side === 'azure' && outcome === 'stranded' && !prefix.includes(':'),
    ).length
    judgements.push(
      open > 0
        ? { of: 'plan: stranded', is: 'unknown', detail: `${what}: ${said} and ${open} unknown, truly ${stranded}` }
        : createCorrectnessJudgement('plan: stranded', own === stranded, `${what}: ${own}, not ${stranded}`),
    )
    const findings = findPlanFindings(
      { terms: [{ term: plan.term, at: '' }], unknown: [] } as never,
      data,
      mergePlanThresholds(undefined),
    )
    const state = judgePlanState(findings)
    const isPassed = state === 'ok' || state === 'warning'
    const isRight = stranded > 0 ? state === 'critical' : sessions > 0 ? state !== 'ok' : true
    judgements.push(
      state === 'unknown' && isRight
        ? {
            of: 'plan: exit code',
            is: 'unknown',
            detail: `${what}: ${findings.map(({ rule, words }) => `${rule} ${words}`).join('; ')}`,
          }
        : createCorrectnessJudgement(
            'plan: exit code',
            isRight,
            `${what}: ${state}${isPassed ? ' passes' : ''}, ${stranded} stranded, ${sessions} sessions`,
          ),
    )
  }
  return judgements
}

/** Counts the sessions that are up and depend on the resource of a plan, both at gateways and at the Microsoft edge. */
function upOn({ world, at }: ForwardingJudgeContext, { isOn }: Plan): number {
  return world.topology.domains.reduce((sum, domain) => {
    const state = world.state(domain, at)
    const peers = domain.peers.filter(
      (peer) =>
        peer.role !== 'internal' &&
        isOn(peer.source ?? '', peer.connection?.name ?? null, peer.gateway.name) &&
        peerUp(state, peer),
    )
    const edges = domain.edges.filter(({ key }) => isOn(key, null, null) && state.sessionWord(key) === null)
    // an edge has one session for each address family
    return sum + peers.length + edges.reduce((all, { ipv6 }) => all + (ipv6 ? 2 : 1), 0)
  }, 0)
}

/** Counts the rows over all places for which no route remains after the plan. */
function strandedBy(
  asked: ForwardingJudgeContext,
  plan: ResourceLossToPredict,
  data: Parameters<typeof selectWhatIfRowsOfOrigin>[1],
): number {
  const then = worldAfter(asked, plan)
  const { world, at } = asked
  return listTrafficOrigins(asked.estate).reduce((sum, place) => {
    const rows = selectWhatIfRowsOfOrigin(asked, data, place).filter(
      ({ prefix, firstAddress }) => !prefix.includes(':') && !isInAddressSpaceOfOrigin(world, at, place, firstAddress),
    )
    const lost = rows.filter(({ firstAddress }) => {
      const [before, after] = [
        findPathsToAddress(world, at, place, firstAddress),
        findPathsToAddress(then, at + LOSS_SETTLES_MS, place, firstAddress),
      ]
      return classifyLossOutcome(before, after).outcome === 'stranded'
    })
    return sum + lost.length
  }, 0)
}
