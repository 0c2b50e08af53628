import { MSEE_ASN } from '#lib/bgp/index.ts'
import type { RouterSessionForMatching } from './router-match.ts'

/** A session of a VPN gateway's instance, as Azure reports it. */
interface InstanceSession {
  gateway: string
  /** address of Azure's end of the session */
  instance: string
  neighbor: string
  asn: number | null
}

/** The fields of a session reported by a router that identify Azure's end. */
type Reported = Pick<RouterSessionForMatching, 'id' | 'neighbor' | 'localAddress' | 'localAsn'>

/**
 * Returns the session of a VPN gateway that corresponds to each session that a customer's router reports. Sessions
 * match if both addresses and the router's ASN are equal. If the router's own address is unknown, because only its log
 * is read, the address of its neighbor is sufficient. A session with several matches is left out.
 * @returns sessions by the id of the router's session
 */
export function matchRouterSessionsToGateways(
  reported: readonly Reported[],
  sessions: readonly InstanceSession[],
): Map<number, InstanceSession> {
  const customers = sessions.filter(({ asn }) => asn !== MSEE_ASN)
  const pairs = reported.flatMap((session) => {
    const [fit, other] = customers.filter((one) => isOf(session, one))
    return fit && !other ? [{ id: session.id, fit }] : []
  })
  const claims = Map.groupBy(pairs, ({ fit }) => fit)
  return new Map([...claims].flatMap(([fit, [claim, rival]]) => (claim && !rival ? [[claim.id, fit] as const] : [])))
}

const isOf = ({ neighbor, localAddress, localAsn }: Reported, session: InstanceSession) =>
  neighbor === session.instance &&
  (localAddress === null || localAddress === session.neighbor) &&
  (localAsn === null || session.asn === null || localAsn === session.asn)
