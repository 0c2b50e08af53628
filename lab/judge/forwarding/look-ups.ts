/**
 * Compares look-ups of addresses, for one resource and for all resources, with the forwarding of the simulated world.
 */
import { lookUpRoutesToAddress } from '#lib/routes/answers/index.ts'
import type { CorrectnessJudgement } from '../judge.ts'
import {
  type ForwardingJudgeContext,
  formatClockTime,
  createCorrectnessJudgement,
  createUnknownJudgement,
} from './asked.ts'
import {
  listTestAddresses,
  isInAddressSpaceOfOrigin,
  type TrafficOrigin,
  listTrafficOrigins,
  type PathsToAddress,
  findPathsToAddress,
} from './world.ts'

type Answer = Awaited<ReturnType<typeof lookUpRoutesToAddress>>['data']

export async function judgeLookUps(asked: ForwardingJudgeContext): Promise<CorrectnessJudgement[]> {
  const judgements: CorrectnessJudgement[] = []
  const places = listTrafficOrigins(asked.estate)
  for (const address of listTestAddresses(asked.estate)) {
    const all = await lookUp(asked, address)
    for (const place of places) judgements.push(ofPlace('look-up', asked, address, place, all))
    judgements.push(...nowhere('look-up', asked, address, places, all))
    for (const place of places) {
      if (place.kind === 'hub') {
        const own = await lookUp(asked, address, place.name)
        judgements.push(ofPlace('look-up of a hub', asked, address, place, own))
        judgements.push(...nowhere('look-up of a hub', asked, address, [place], own))
      }
      for (const gateway of place.gateways) {
        const own = await lookUp(asked, address, gateway)
        judgements.push(ofPlace('look-up of a gateway', asked, address, place, own, gateway))
      }
    }
  }
  return judgements
}

async function lookUp({ db, at, idOf }: ForwardingJudgeContext, ip: string, scope?: string): Promise<Answer> {
  const parameters = { ip, at: undefined, customer: undefined, ...(scope !== undefined && { scope: idOf(scope) }) }
  return (await lookUpRoutesToAddress(db, parameters, at)).data
}

/**
 * Formats distinct names in sorted order, so that two sets can be compared. The names are connections for hubs and
 * neighbors for gateways.
 */
const textOf = (words: readonly string[]) => [...new Set(words)].toSorted().join(' ')

function ofPlace(
  of: string,
  asked: ForwardingJudgeContext,
  address: string,
  place: TrafficOrigin,
  answer: Answer,
  only?: string,
): CorrectnessJudgement {
  const { world, at, nameOf, estate } = asked
  const what = `${address} from ${only ?? place.name} at ${formatClockTime(at)}`
  const members = [place.name, ...place.gateways]
  const own = answer.candidates.filter(({ scope, scopeName }) => members.includes(nameOf(scope) ?? scopeName))
  const used = own.filter(({ rank }) => rank === 1)
  if (isInAddressSpaceOfOrigin(world, at, place, address)) {
    const isSaid = used.some(({ rule }) => rule === 'own_space') || (used.length === 0 && answer.system !== null)
    const sent = used.filter(({ rule }) => rule !== 'own_space').length > 0
    return createCorrectnessJudgement(of, isSaid || !sent, `${what}: it is own space, and not ${used[0]?.peer}`)
  }
  const truth: PathsToAddress = findPathsToAddress(world, at, place, address, only)
  const said = textOf(
    used.map(({ origin, peer, nextHop }) => (origin?.toLowerCase() === 'ibgp' ? nextHop : peer) ?? ''),
  )
  if (answer.known !== 'observed') return createUnknownJudgement(of, `${what}: ${answer.known}`)
  if (place.kind === 'hub') {
    // a hub's table contains only the kind of the next hop, so the length of the prefix is compared
    const [first] = used
    const length = first ? Number(first.prefix.split('/')[1]) : null
    return createCorrectnessJudgement(
      of,
      length === truth.length,
      `${what}: /${length}, not /${truth.length} of ${estate.hub?.name}`,
    )
  }
  const right = textOf(truth.paths.map(({ neighbor }) => neighbor))
  return createCorrectnessJudgement(of, said === right, `${what}: ${said || 'nothing'}, not ${right || 'nothing'}`)
}

/** Judges an answer that an address has no route. This must be true in every place. */
function nowhere(
  of: string,
  { world, at }: ForwardingJudgeContext,
  address: string,
  places: readonly TrafficOrigin[],
  answer: Answer,
): CorrectnessJudgement[] {
  const { system, candidates, known } = answer
  if (candidates.length > 0 || known !== 'observed') return []
  const somewhere = places.find((place) => findPathsToAddress(world, at, place, address).length !== null)
  const isOfNetwork = places.some((place) => isInAddressSpaceOfOrigin(world, at, place, address))
  const isRight = !somewhere && (isOfNetwork || (system !== 'vnet' && system !== 'peering'))
  return [
    createCorrectnessJudgement(
      `${of}: no route`,
      isRight,
      `${address} at ${formatClockTime(at)}: ${system}, and ${somewhere?.name} has a route`,
    ),
  ]
}
