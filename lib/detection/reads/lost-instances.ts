import { listLostInstances } from '../model/context.ts'
import type { GatewayRouteTableRow } from '../model/route.ts'
import type { GroupState } from '../model/scope-state.ts'
import type { DetectionReadKind, DetectionReadKinds, DetectionReadOfKind, RequestDetectionRead } from './read.ts'

/**
 * Returns a function that answers like `ask`, but leaves out the routes of lost gateway instances. Azure lists no rows
 * of a lost instance, so that the history keeps its last rows, although the gateway does not forward by them.
 * @param state stored state of the group, which contains the events about lost instances
 */
export function leaveOutLostInstances(ask: RequestDetectionRead, state: GroupState): RequestDetectionRead {
  const lost = listLostInstances(state)
  if (lost.length === 0) return ask
  const isUsed = ({ gateway, instance }: GatewayRouteTableRow) =>
    !lost.some((one) => one.gateway === gateway && one.instance === instance)
  return <Kind extends DetectionReadKind>(read: DetectionReadOfKind<Kind>) => {
    const answer = ask(read)
    return answer && (leaveOut({ kind: read.kind, answer } as AnsweredRead, isUsed) as typeof answer)
  }
}

type AnsweredRead = {
  [Kind in DetectionReadKind]: { kind: Kind; answer: DetectionReadKinds[Kind]['answer'] }
}[DetectionReadKind]

function leaveOut(
  { kind, answer }: AnsweredRead,
  isUsed: (row: GatewayRouteTableRow) => boolean,
): AnsweredRead['answer'] {
  if (kind === 'routesTo') return { ...answer, entries: answer.entries.filter(isUsed) }
  return kind === 'routesWithin' && answer ? answer.filter(isUsed) : answer
}
