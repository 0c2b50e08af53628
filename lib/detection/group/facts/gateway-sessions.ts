import { type DetectionContext, ensureResourceState } from '../../model/context.ts'
import type { SessionFact } from '../../model/scope-state.ts'
import { judgeGatewaySessionRole } from '../../verdict/index.ts'

type Ends = Pick<SessionFact, 'localAddress' | 'neighbor' | 'asn'>

/**
 * Reports whether both ends of a gateway's session are instances of the gateway itself. Known addresses are those in
 * its configuration and those of its reporting instances.
 */
export function isSessionInsideGateway(context: DetectionContext, gateway: string, session: Ends): boolean {
  const node = context.topology.gateways.find(({ scope }) => scope === gateway)
  const own = Object.values(ensureResourceState(context, gateway).sessions).filter(
    ({ subresource }) => subresource === '',
  )
  const addresses = [...(node?.addresses ?? []), ...own.map(({ localAddress }) => localAddress)].filter(Boolean)
  return judgeGatewaySessionRole({ kind: 'expressRoute', ...node, addresses }, session) === 'gateway-peer'
}

/**
 * Returns the sessions of a gateway that are expected to be up: sessions with external neighbors that have once been
 * established, and whose instance and neighbor still exist. Sessions that are down with neighbors of a removed
 * connection (released neighbors) are left out.
 */
export const listExpectedSessions = (context: DetectionContext, gateway: string): SessionFact[] =>
  listEstablishedSessions(context, gateway).filter((fact) => !isSessionInsideGateway(context, gateway, fact))

/** Returns the sessions between the instances of a gateway that have once been established. */
export const listSessionsInsideGateway = (context: DetectionContext, gateway: string): SessionFact[] =>
  listEstablishedSessions(context, gateway).filter((fact) => isSessionInsideGateway(context, gateway, fact))

function listEstablishedSessions(context: DetectionContext, gateway: string): SessionFact[] {
  const { sessions, released } = ensureResourceState(context, gateway)
  const all = Object.values(sessions)
  // Sessions derived from metrics replace the sessions of the last poll, which is stale.
  const isMeasured = all.some((fact) => fact.isMeasured)
  return all.filter(
    (fact) =>
      fact.subresource === '' &&
      (fact.isMeasured === true) === isMeasured &&
      fact.level !== 'never' &&
      fact.level !== 'gone' &&
      !(fact.level === 'down' && released[fact.neighbor]),
  )
}
