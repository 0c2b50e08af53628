import { MSEE_ASN } from '#lib/bgp/index.ts'
import type { ReportedSession } from './router-join.ts'

/** A session of a VPN gateway's instance, as Azure reports it. */
interface InstanceSession {
  gateway: string
  /** Azure's address */
  instance: string
  neighbor: string
  asn: number | null
}

/** What of a router's session names its far end. */
type Reported = Pick<ReportedSession, 'id' | 'neighbor' | 'localAddress' | 'localAsn'>

/**
 * Which of a VPN gateway's sessions each session of a router is: both know the two addresses, and the router's ASN. A router whose log is all
 * that is known does not state its own address: then its neighbor alone has to name one session. Where several fit, none is taken.
 * @returns by the id of the router's session
 */
export function joinGateways(
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
