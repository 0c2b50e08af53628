import type { PollMark } from '#lib/contract/index.ts'
import type { GroupReads } from '../group/input.ts'
import { isSnapshotDue, type RouteSnapshot } from '../group/rules/sites/index.ts'
import type { Topology } from '../model/topology.ts'
import { gatewaysOf, type GroupPoll, snapshotAtIn, withLearned } from './group-poll.ts'
import { runsOut } from './headroom.ts'
import { lightOfPorts } from './light.ts'
import { otherGroups } from './other-groups.ts'
import { type Answers, type Ask, planOf, type ReadPlan } from './read.ts'
import { routerEnds } from './router-ends.ts'
import { routeReads } from './routes.ts'
import { pathsInUse, withBackups } from './traffic.ts'

/** What a fold of a group is given beside the poll. */
export interface ReadForGroup {
  /** with the sites that the group learned, and with what is known of backups */
  topology: Topology
  reads: GroupReads
}

/** No plan of detection takes more rounds: what the first one brings decides what the second asks, and that is the last. */
export const MOST_ROUNDS = 2

/**
 * What must be read before a poll is folded into a group. Asked again with the answers it says what those make necessary, or, where
 * nothing is missing, what the fold is given. Reads depend on nothing but the arguments.
 */
export function readsFor(poll: GroupPoll, answers: Answers): ReadPlan<ReadForGroup> {
  return planOf(answers, (ask) => groupReads(poll, ask))
}

function groupReads(poll: GroupPoll, ask: Ask): ReadForGroup | undefined {
  const learned = withLearned(poll)
  // all of them ask before one that lacks an answer ends the round: it reads as much as it can
  const topology = withBackups(poll, learned, ask)
  const routes = routeReads(poll, learned, ask)
  const inUse = pathsInUse(poll, ask)
  const others = {
    snapshot: snapshotOf(poll, ask),
    runsOut: runsOut(poll, ask),
    light: lightOfPorts(poll, ask),
    otherGroups: otherGroups(poll, ask),
    routerEnds: routerEnds(poll, ask),
    lastGoodPolls: ask({ kind: 'lastGoodPolls', scopes: poll.scopes }),
  }
  if (!topology || !routes || !inUse || !isComplete(others)) return undefined
  return { topology, reads: { ...routes, inUse, ...others } }
}

type Complete<Parts> = { [Name in keyof Parts]: Exclude<Parts[Name], undefined> }

const isComplete = <Parts extends object>(parts: Parts): parts is Parts & Complete<Parts> =>
  Object.values(parts).every((part) => part !== undefined)

/** All addresses there are. */
const EVERYTHING = ['0.0.0.0/0', '::/0']

/** Whether a poll brought routes as they are now: only such a one is followed by a check of all of them. */
export const bringsRoutes = ({ kind, outcome }: PollMark) =>
  kind === 'learned' && (outcome === 'ok' || outcome === 'incomplete')

/** Every route of the group, where it is time to check them; null = it is not, or there are too many. */
function snapshotOf(poll: GroupPoll, ask: Ask): RouteSnapshot | null | undefined {
  const { mark, topology, state, settings, maySnapshot } = poll
  if (!maySnapshot || !bringsRoutes(mark)) return null
  if (!isSnapshotDue(topology, snapshotAtIn(topology, state), mark.finishedAt, settings)) return null
  return ask({ kind: 'routesWithin', gateways: gatewaysOf(topology), ranges: EVERYTHING })
}
