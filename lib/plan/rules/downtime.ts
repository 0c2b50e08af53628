import { FIRST_ROUTE_MAP_MINUTES, FIRST_ROUTE_MAP_NOTE } from '#lib/contract/index.ts'
import type { PlanDowntime, PlannedChange } from '../api/index.ts'

type Downtime = Omit<PlanDowntime, 'term' | 'sessions' | 'unknownSessions'>

const FAQ = 'https://learn.microsoft.com/azure/expressroute/expressroute-faqs'
const BGP = 'https://www.rfc-editor.org/rfc/rfc4271#section-9.2'
const HOW_TO = 'https://learn.microsoft.com/azure/expressroute/expressroute-howto-circuit-portal-resource-manager'
const VPN_UPGRADE = 'https://learn.microsoft.com/azure/vpn-gateway/gateway-sku-upgrade'
/**
 * Maximum downtime in seconds while the SKU of a VPN gateway changes. The page `VPN_UPGRADE` states: "minimal downtime
 * (approximately 45 minutes)".
 */
const VPN_UPGRADE_S = 45 * 60

const none = (words: string, source: string): Downtime => ({
  atLeastSeconds: 0,
  atMostSeconds: 0,
  comesBack: true,
  words,
  source,
})
const undocumented = (words: string, comesBack = true): Downtime => ({
  atLeastSeconds: null,
  atMostSeconds: null,
  comesBack,
  words,
  source: null,
})

/**
 * Returns how long the BGP sessions that depend on a resource are down while a change is applied. The values come from
 * Microsoft's documentation or from the BGP standard.
 * @param isVpn whether the resource is a VPN gateway
 * @param isFirstMap whether the change adds the first route map of a Route Server
 */
export function findPlanDowntime(
  term: PlannedChange,
  { isVpn, isFirstMap }: { isVpn: boolean; isFirstMap: boolean },
): Downtime {
  switch (term.kind) {
    case 'bandwidth':
      return none('Azure raises the bandwidth of a circuit without downtime.', FAQ)
    case 'billing':
      return none('Azure changes metered to unlimited without downtime.', HOW_TO)
    case 'tier':
      return term.tier === 'Local'
        ? undocumented('How long it takes to become Local is not documented.')
        : none('Azure changes between Standard and Premium without downtime.', HOW_TO)
    case 'peering_off':
    case 'delete':
      return undocumented('They do not come back.', false)
    case 'resize':
      return isVpn
        ? { ...none('Azure gives about 45 minutes for a change of SKU.', VPN_UPGRADE), atMostSeconds: VPN_UPGRADE_S }
        : undocumented('How long a change of SKU takes an ExpressRoute gateway is not documented.')
    case 'prepend':
    case 'withdraw':
      return none('A router announces it in an UPDATE, without a restart of the session.', BGP)
    case 'route_map': {
      if (!isFirstMap) return undocumented('How long Azure takes to attach a route map is not documented.')
      const words = `${FIRST_ROUTE_MAP_NOTE} Its sessions continue. Attach it in announced work.`
      const heldSeconds = FIRST_ROUTE_MAP_MINUTES[1] * 60
      return { atLeastSeconds: 0, atMostSeconds: 0, comesBack: true, words, source: null, heldSeconds }
    }
    case 'weight':
    case 'filter':
    case 'spoke':
      return undocumented('Whether sessions restart is not documented.')
  }
}
