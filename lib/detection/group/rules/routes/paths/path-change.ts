import { parseGatewayNeighbor, type TimestampBounds } from '#lib/contract/index.ts'
import type { DetectionContext } from '../../../../model/context.ts'
import {
  type RouteCarryingPath,
  findNeighborCarryingPath,
  parseNeighborsOfGatewayNeighbors,
} from '../../../../model/route.ts'
import type { BestPathChangeEventSubject } from '../../../../model/route-memory.ts'
import type { PendingPathShift } from '../../../../model/scope-state.ts'
import { getHubOfTable } from '../../../../model/topology.ts'

export function describePathChange(
  context: DetectionContext,
  { before, after }: { before: readonly string[]; after: readonly string[] },
): BestPathChangeEventSubject {
  const was = carriers(context, before)
  const is = carriers(context, after)
  const names = (all: readonly RouteCarryingPath[]) => [...new Set(all.map(({ name }) => name))].join(',')
  const [fromTransport, toTransport] = [was[0]?.transport, is[0]?.transport]
  const level =
    fromTransport !== toTransport
      ? 'transport'
      : names(was) !== names(is)
        ? 'circuit'
        : isElsewhere(before, after)
          ? 'gateway'
          : 'path'
  const subject =
    level === 'path' || level === 'gateway'
      ? `${parseNeighborsOfGatewayNeighbors(before).join(',')} > ${parseNeighborsOfGatewayNeighbors(after).join(',')}`
      : `${names(was)} > ${names(is)}`
  return { scope: was[0]?.circuit ?? getHubOfTable(context.topology, context.mark.scope), subject, level }
}

/** Returns the fields of the event that some of several equal paths are lost (`ecmp_reduced`). */
export const buildReductionEvent = (
  { scope, subject }: BestPathChangeEventSubject,
  { prefixes, before, after }: Pick<PendingPathShift, 'prefixes' | 'before' | 'after'>,
  started: TimestampBounds,
) => ({
  kind: 'ecmp_reduced' as const,
  severity: 'info' as const,
  scope,
  subject,
  started,
  prefixes,
  peers: parseNeighborsOfGatewayNeighbors(before),
  peersAfter: parseNeighborsOfGatewayNeighbors(after),
})

/** Reports whether all current paths use other gateways than the paths before the change. */
function isElsewhere(before: readonly string[], after: readonly string[]): boolean {
  const gateways = (members: readonly string[]) => members.map((member) => parseGatewayNeighbor(member).gateway)
  const were = new Set(gateways(before))
  return after.length > 0 && gateways(after).every((gateway) => !were.has(gateway))
}

function carriers(context: DetectionContext, members: readonly string[]): RouteCarryingPath[] {
  return members.map((member) => {
    const { gateway, neighbor } = parseGatewayNeighbor(member)
    return findNeighborCarryingPath(context, gateway, neighbor)
  })
}
