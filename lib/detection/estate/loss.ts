import type { Bounds } from '#lib/contract/index.ts'
import { type Estate, liveEvents } from './estate.ts'
import { carrierOf } from './route-table.ts'

/** Whether what carried a member was lost around the moment: a session, a path, a circuit, a gateway's peer. */
export function lossOf(estate: Estate, member: string, between: Bounds): boolean {
  const { settings } = estate
  const [gateway = '', peer = ''] = member.split(' ')
  const { circuit, path } = carrierOf(estate, gateway, peer)
  const slack = settings['burst.slack'] + settings['timers.hold']
  return liveEvents(estate).some(({ event }) => {
    const isNear =
      event.started.lo <= between.hi + slack && (event.ended?.hi ?? Number.POSITIVE_INFINITY) >= between.lo - slack
    const isRecent = event.started.hi >= between.lo - slack
    if (!isNear || !isRecent) return false
    switch (event.kind) {
      case 'session_down':
        return event.scope === gateway && event.subject.endsWith(`~${peer}`)
      case 'peer_lost':
        return event.scope === gateway && event.subject === peer
      case 'gateway_isolated':
        return event.scope === gateway
      case 'path_down':
        return event.scope === circuit && event.subject.endsWith(`/${path}`)
      case 'circuit_down':
      case 'prefix_limit_exceeded':
      case 'provider_state_changed':
      case 'peering_disabled':
      case 'resource_removed':
        return event.scope === circuit
      default:
        return false
    }
  })
}
