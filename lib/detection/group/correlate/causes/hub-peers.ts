import type { Cause, DetectedEvent } from '#lib/contract/index.ts'
import { type FoldContext, scopeOf } from '../../../model/context.ts'
import { instanceOf, neighborOf } from '../../../model/subject.ts'
import { cause } from './wording.ts'

/**
 * What became of a BGP peer of a hub or a Route Server: while another peer keeps its session, the router that Azure runs works, and the
 * appliance is the customer's own. Where all are lost, or there is no other, nothing polled says which end it was.
 * @returns null where the session is of something else
 */
export function hubPeerCauses(context: FoldContext, { scope, subject }: DetectedEvent): Cause[] | null {
  // Azure has one state for both instances of the router, so that the near end has no address
  if (instanceOf(subject) !== '') return null
  const neighbor = neighborOf(subject)
  const othersUp = Object.values(scopeOf(context, scope).sessions).filter(
    (one) => one.localAddress === '' && one.neighbor !== neighbor && one.level === 'up',
  )
  if (othersUp.length === 0) return null
  const step = `The other BGP peers of this hub are connected: check the appliance ${neighbor}, its BGP process and its route to the router's instances.`
  return [cause('hub_peer', 'onprem', 0.7, step)]
}
