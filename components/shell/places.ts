import type { Right } from '#lib/contract/index.ts'
import type { LucideIcon } from 'lucide-react'
import ActivityIcon from 'lucide-react/icons/activity'
import CableIcon from 'lucide-react/icons/cable'
import BanknoteIcon from 'lucide-react/icons/banknote'
import ClipboardListIcon from 'lucide-react/icons/clipboard-list'
import HeartPulseIcon from 'lucide-react/icons/heart-pulse'
import LayoutDashboardIcon from 'lucide-react/icons/layout-dashboard'
import NetworkIcon from 'lucide-react/icons/network'
import ServerIcon from 'lucide-react/icons/server'
import SirenIcon from 'lucide-react/icons/siren'
import RouteIcon from 'lucide-react/icons/route'
import RouterIcon from 'lucide-react/icons/router'
import ShieldCheckIcon from 'lucide-react/icons/shield-check'
import SettingsIcon from 'lucide-react/icons/settings'
import UsersIcon from 'lucide-react/icons/users'
import TvIcon from 'lucide-react/icons/tv'
import WaypointsIcon from 'lucide-react/icons/waypoints'

interface Place {
  href: string
  name: string
  /** pressed after `g` */
  key: string
  icon: LucideIcon
  /** what its visitor must have; default: what everybody has */
  right?: Right
  /** shown where there are customers only */
  ofCustomers?: true
}

/** The pages, in the order of the navigation. */
export const places: Place[] = [
  { href: '/', name: 'Overview', key: 'o', icon: LayoutDashboardIcon },
  { href: '/circuits', name: 'Circuits', key: 'c', icon: CableIcon },
  { href: '/gateways', name: 'Gateways', key: 'g', icon: RouterIcon },
  { href: '/networks', name: 'Networks', key: 'n', icon: NetworkIcon },
  { href: '/sessions', name: 'Sessions', key: 'b', icon: WaypointsIcon },
  { href: '/routers', name: 'Routers', key: 'd', icon: ServerIcon },
  { href: '/routes', name: 'Routes', key: 'r', icon: RouteIcon },
  { href: '/incidents', name: 'Incidents', key: 'i', icon: SirenIcon },
  { href: '/events', name: 'Events', key: 'e', icon: ActivityIcon },
  { href: '/handover', name: 'Handover', key: 'h', icon: ClipboardListIcon },
  { href: '/resilience', name: 'Resilience', key: 'p', icon: ShieldCheckIcon },
  { href: '/customers', name: 'Customers', key: 'u', icon: UsersIcon, ofCustomers: true },
  { href: '/cost', name: 'Cost', key: 'm', icon: BanknoteIcon, right: 'read_cost' },
  { href: '/wall', name: 'Wall', key: 'w', icon: TvIcon },
  { href: '/sources', name: 'Sources', key: 's', icon: HeartPulseIcon },
  { href: '/settings', name: 'Settings', key: ',', icon: SettingsIcon },
]

/** The pages for whom has these rights; undefined = nobody asks. */
export const placesFor = (rights: readonly Right[] | undefined, hasCustomers: boolean): Place[] =>
  places.filter(
    ({ right, ofCustomers }) =>
      (right === undefined || rights === undefined || rights.includes(right)) && (hasCustomers || !ofCustomers),
  )

export const isAt = (place: Place, pathname: string) =>
  place.href === '/' ? pathname === '/' : pathname === place.href || pathname.startsWith(`${place.href}/`)
