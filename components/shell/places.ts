import type { LucideIcon } from 'lucide-react'
import ActivityIcon from 'lucide-react/icons/activity'
import CableIcon from 'lucide-react/icons/cable'
import HeartPulseIcon from 'lucide-react/icons/heart-pulse'
import LayoutDashboardIcon from 'lucide-react/icons/layout-dashboard'
import RouteIcon from 'lucide-react/icons/route'
import RouterIcon from 'lucide-react/icons/router'
import WaypointsIcon from 'lucide-react/icons/waypoints'

export interface Place {
  href: string
  name: string
  /** pressed after `g` */
  key: string
  icon: LucideIcon
}

/** The screens, in the order of the navigation. */
export const places: Place[] = [
  { href: '/', name: 'Overview', key: 'o', icon: LayoutDashboardIcon },
  { href: '/circuits', name: 'Circuits', key: 'c', icon: CableIcon },
  { href: '/gateways', name: 'Gateways', key: 'g', icon: RouterIcon },
  { href: '/sessions', name: 'Sessions', key: 'b', icon: WaypointsIcon },
  { href: '/routes', name: 'Routes', key: 'r', icon: RouteIcon },
  { href: '/events', name: 'Events', key: 'e', icon: ActivityIcon },
  { href: '/sources', name: 'Sources', key: 's', icon: HeartPulseIcon },
]

export const isAt = (place: Place, pathname: string) =>
  place.href === '/' ? pathname === '/' : pathname === place.href || pathname.startsWith(`${place.href}/`)
