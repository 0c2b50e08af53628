/** Compares the what-if of each single loss with a world in which the loss happens. */
import { computeWhatIf } from '#lib/resilience/answers/index.ts'
import { InvalidRequestError } from '#lib/questions/errors.ts'
import { parseWhatIfLosses } from '#lib/contract/what-if-terms.ts'
import type { CorrectnessJudgement } from '../judge.ts'
import {
  type ForwardingJudgeContext,
  formatClockTime,
  createCorrectnessJudgement,
  LOSS_SETTLES_MS,
  createUnknownJudgement,
} from './asked.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { CORPUS_DAY_START } from '../../corpus/scenario.ts'
import type { SimulatedWorld } from '../../simulator/index.ts'
import { listPredictableResourceLosses, type ResourceLossToPredict } from './losses.ts'
import {
  isInAddressSpaceOfOrigin,
  type TrafficOrigin,
  listTrafficOrigins,
  type PathsToAddress,
  findPathsToAddress,
  createWorldWithHappenings,
} from './world.ts'

type Answer = Awaited<ReturnType<typeof computeWhatIf>>['data']
type Row = Answer['prefixes'][number]

export async function fetchWhatIf(
  { db, at, idOf }: ForwardingJudgeContext,
  { term }: ResourceLossToPredict,
): Promise<Answer> {
  const list = term.replace(/\{([^}]+)\}/, (_, name: string) => idOf(name))
  const read = parseWhatIfLosses(list)
  if (!('terms' in read)) throw new Error(list)
  const parameters = { lose: read.terms, change: [], at: undefined, customer: undefined, rows: 'all' as const }
  return (await computeWhatIf(db, parameters, { costOfMonth: null }, at)).data
}

/** Returns the world in which a loss begins at a moment and does not end. */
export const worldAfter = ({ estate, happenings, at }: ForwardingJudgeContext, loss: ResourceLossToPredict) =>
  createWorldWithHappenings(estate, CORPUS_DAY_START, [
    ...happenings,
    ...loss.happenings(new Date(at + 1_000).toISOString()),
  ])

/** Returns the outcome for an address, from the paths before and after. */
export function classifyLossOutcome(
  before: PathsToAddress,
  after: PathsToAddress,
): { outcome: string; reduced: boolean } {
  if (before.length === null) return { outcome: after.length === null ? 'stays' : 'moves', reduced: false }
  if (after.length === null) return { outcome: 'stranded', reduced: false }
  if (after.length !== before.length) return { outcome: 'covered', reduced: false }
  const neighbors = ({ paths }: PathsToAddress) => new Set(paths.map(({ neighbor }) => neighbor))
  const hops = ({ paths }: PathsToAddress) => new Set(paths.map(({ neighbor, instance }) => `${neighbor} ${instance}`))
  const known = neighbors(before)
  if ([...neighbors(after)].some((one) => !known.has(one))) return { outcome: 'moves', reduced: false }
  return { outcome: 'stays', reduced: hops(after).size < hops(before).size }
}

export async function judgeWhatIfs(asked: ForwardingJudgeContext): Promise<CorrectnessJudgement[]> {
  const judgements: CorrectnessJudgement[] = []
  for (const loss of listPredictableResourceLosses(asked.estate)) {
    if (isGone(asked, loss)) continue
    const answer = await fetchWhatIf(asked, loss).catch((error: unknown) => {
      if (error instanceof InvalidRequestError) return error
      throw error
    })
    if (answer instanceof InvalidRequestError) {
      // The product does not know the resource and refuses the query. This counts as unknown, and not as a wrong
      // answer.
      judgements.push(
        createUnknownJudgement(
          `what-if of ${loss.what}`,
          `${loss.term} at ${formatClockTime(asked.at)}: ${answer.message}`,
        ),
      )
      continue
    }
    const lost = worldAfter(asked, loss)
    const swapped = loss.swapped && worldAfter(asked, { ...loss, happenings: loss.swapped })
    const isNamed = answer.notModelled.some(({ id }) => id === 'unmapped')
    for (const place of listTrafficOrigins(asked.estate))
      for (const row of selectWhatIfRowsOfOrigin(asked, answer, place))
        judgements.push(...ofRow(asked, loss, place, row, { lost, swapped, isNamed }))
  }
  return judgements
}

/** Time in milliseconds in which a poll finds an instance that returned. */
const FOUND_WITHIN_MS = 5 * MS_PER_MINUTE

/**
 * Reports whether a loss is about a gateway instance that is absent, or that returned so recently that the product may
 * not know it yet.
 */
function isGone({ world, at }: ForwardingJudgeContext, { term }: ResourceLossToPredict): boolean {
  const [, gateway = '', instance = ''] = /^\{(.+)\}\/(\d.+)$/.exec(term) ?? []
  const domain = world.topology.domainOfGateway.get(gateway)
  const isAbsent = (moment: number) =>
    domain !== undefined && world.state(domain, moment).instanceAbsent(gateway, instance)
  return isAbsent(at) || isAbsent(at - FOUND_WITHIN_MS)
}

/** Returns the rows of the answer that are about the tables of a place in Azure. */
export const selectWhatIfRowsOfOrigin = (
  { nameOf }: ForwardingJudgeContext,
  { prefixes }: Pick<Answer, 'prefixes'>,
  place: TrafficOrigin,
): Row[] =>
  prefixes.filter(
    ({ side, scope }) => side === 'azure' && [place.name, ...place.gateways].includes(nameOf(scope) ?? ''),
  )

const circuitsIn = (names: readonly (string | null)[]) => names.toSorted().join(' ')

function ofRow(
  { world, at, nameOf }: ForwardingJudgeContext,
  loss: ResourceLossToPredict,
  place: TrafficOrigin,
  row: Row,
  { lost, swapped, isNamed }: { lost: SimulatedWorld; swapped: SimulatedWorld | undefined; isNamed: boolean },
): CorrectnessJudgement[] {
  const of = `what-if of ${loss.what}`
  if (row.prefix.includes(':') || isInAddressSpaceOfOrigin(world, at, place, row.firstAddress)) return []
  const what = `${loss.term} at ${formatClockTime(at)}: ${row.prefix} in ${place.name}`
  const [before, after] = [
    findPathsToAddress(world, at, place, row.firstAddress),
    findPathsToAddress(lost, at + LOSS_SETTLES_MS, place, row.firstAddress),
  ]
  const isLostHub = loss.what === 'hub' && place.kind === 'hub'
  const truth = classifyLossOutcome(before, isLostHub ? { length: null, paths: [] } : after)
  if (row.outcome === 'unknown') {
    const other =
      swapped && classifyLossOutcome(before, findPathsToAddress(swapped, at + LOSS_SETTLES_MS, place, row.firstAddress))
    // No route table distinguishes the two paths of a circuit. If the losses of the two paths have different outcomes,
    // the answer must name the neighbors that a user has to declare.
    if (other && other.outcome !== truth.outcome)
      return [
        createCorrectnessJudgement(
          `${of}, to declare`,
          isNamed,
          `${what}: the answer does not name the neighbors to declare`,
        ),
      ]
    return [createUnknownJudgement(of, `${what}: ${truth.outcome}`)]
  }
  // a hub's own route table does not distinguish next hops of the same kind, so that `reduced` cannot be compared
  const reduced = place.kind === 'hub' ? row.reduced : truth.reduced
  const isSame = row.outcome === truth.outcome && row.reduced === reduced
  const said = `${row.outcome}${row.reduced ? ', reduced' : ''}`
  const right = `${truth.outcome}${truth.reduced ? ', reduced' : ''}`
  if (!isSame || row.outcome === 'stranded' || place.kind === 'hub')
    return [createCorrectnessJudgement(of, isSame, `${what}: ${said}, not ${right}`)]
  const distinct = new Map(after.paths.map(({ neighbor, circuit }) => [neighbor, circuit]))
  const [own, others] = [
    circuitsIn(row.after.map(({ circuitId }) => nameOf(circuitId))),
    circuitsIn([...distinct.values()]),
  ]
  return [createCorrectnessJudgement(of, own === others, `${what}: ${said} by ${own}, not by ${others}`)]
}
