import type { AccessRight } from '#lib/contract/index.ts'
import { mayBeMeantByUrl } from '../format/natural-order.ts'

/** Page, or one view of a page. */
interface Place {
  href: string
  name: string
  /** key that opens this page if it is pressed after `g` */
  key?: string
  /** right needed to open the page; undefined = every user may open it */
  right?: AccessRight
  /**
   * condition under which the page is shown: the deployment has customers (`customers`) or customer routers
   * (`routers`), or the caller is a person and not an API token (`person`)
   */
  only?: 'customers' | 'routers' | 'person'
}

/**
 * Entry of the navigation with its tabs. A tab usually has one page. If it has several pages, they are in a second row
 * below the tabs.
 */
interface Section {
  id: string
  name: string
  tabs: Tab[]
}
interface Tab {
  name: string
  places: Place[]
}

const tab = (place: Place): Tab => ({ name: place.name, places: [place] })

/** Navigation as groups of sections. This is the only list of pages. */
const groups: { name: string; sections: Section[] }[] = [
  {
    name: 'Operate',
    sections: [
      { id: 'home', name: 'Home', tabs: [tab({ href: '/', name: 'Home', key: 'o' })] },
      {
        id: 'incidents',
        name: 'Incidents',
        tabs: [
          tab({ href: '/incidents', name: 'Incidents', key: 'i' }),
          tab({ href: '/events', name: 'Events', key: 'e' }),
          tab({ href: '/events?tab=patterns', name: 'Patterns' }),
          tab({ href: '/handover', name: 'Handover', key: 'h' }),
        ],
      },
      {
        id: 'investigate',
        name: 'Investigate',
        tabs: [tab({ href: '/routes', name: 'Investigate routes', key: 'r' })],
      },
    ],
  },
  {
    name: 'Estate',
    sections: [
      {
        id: 'network',
        name: 'Network',
        tabs: [
          tab({ href: '/circuits', name: 'Circuits', key: 'c' }),
          tab({ href: '/gateways', name: 'Gateways', key: 'g' }),
          tab({ href: '/hubs', name: 'Hubs' }),
          tab({ href: '/sessions', name: 'Sessions', key: 'b' }),
          tab({ href: '/networks', name: 'Virtual networks', key: 'n' }),
          tab({ href: '/ports', name: 'Ports' }),
          tab({ href: '/routers', name: 'Routers', key: 'd', only: 'routers' }),
        ],
      },
      {
        id: 'customers',
        name: 'Customers',
        tabs: [tab({ href: '/customers', name: 'Customers', key: 'u', only: 'customers' })],
      },
      {
        id: 'resilience',
        name: 'Resilience',
        tabs: [
          tab({ href: '/resilience', name: 'Checks', key: 'p' }),
          tab({ href: '/resilience?tab=weeks-ahead', name: 'Weeks ahead' }),
          tab({ href: '/resilience?tab=what-if', name: 'Simulate' }),
          tab({ href: '/resilience?tab=intent', name: 'Routing policy' }),
          tab({ href: '/resilience?tab=drills', name: 'Failover tests' }),
        ],
      },
    ],
  },
  {
    name: 'Report',
    sections: [
      { id: 'cost', name: 'Cost', tabs: [tab({ href: '/cost', name: 'Cost', key: 'm', right: 'read_cost' })] },
      { id: 'availability', name: 'Availability', tabs: [tab({ href: '/availability', name: 'Availability' })] },
    ],
  },
  {
    name: '',
    sections: [
      {
        id: 'settings',
        name: 'Settings',
        tabs: [
          tab({ href: '/settings/declarations', name: 'Inventory', key: ',' }),
          tab({ href: '/settings/maintenance', name: 'Maintenance' }),
          {
            name: 'Alerting',
            places: [
              { href: '/settings/thresholds', name: 'Thresholds' },
              { href: '/settings/notifications', name: 'Channels', right: 'channels' },
              { href: '/settings/on-call', name: 'On call', right: 'channels' },
              { href: '/settings/reports', name: 'Reports by mail', right: 'channels' },
            ],
          },
          {
            name: 'Access',
            places: [
              { href: '/settings/users', name: 'Users', right: 'users' },
              { href: '/settings/tokens', name: 'Tokens', right: 'tokens' },
              { href: '/settings/snapshots', name: 'Snapshots', right: 'share' },
              { href: '/settings/audit', name: 'Audit', right: 'audit' },
              { href: '/account', name: 'My account', only: 'person' },
            ],
          },
          {
            name: 'Data sources',
            places: [
              { href: '/sources', name: 'Sources', key: 's' },
              { href: '/setup', name: 'Setup', right: 'settings' },
            ],
          },
        ],
      },
    ],
  },
]

/** Wall display. It opens in a separate window, so it is not an entry of the navigation. */
export const wallPage: Place = { href: '/wall', name: 'Wall', key: 'w' }

/** Facts that decide which pages a user can open. If `rights` is undefined, rights are not checked. */
export interface NavigationPermissions {
  rights: readonly AccessRight[] | undefined
  has: ReadonlySet<NonNullable<Place['only']>>
}

const mayOpen = ({ right, only }: Place, { rights, has }: NavigationPermissions) =>
  (right === undefined || rights === undefined || rights.includes(right)) && (only === undefined || has.has(only))

/** Returns the navigation groups with the pages that a user may open. */
export const listNavigationGroups = (visitor: NavigationPermissions) =>
  groups.map(({ name, sections }) => ({
    name,
    sections: sections
      .map((section) => ({
        ...section,
        tabs: section.tabs
          .map((one) => ({ ...one, places: one.places.filter((place) => mayOpen(place, visitor)) }))
          .filter(({ places: own }) => own.length > 0),
      }))
      .filter(({ tabs }) => tabs.length > 0),
  }))

/** Returns every page that a user may open, with the name of its navigation entry. */
export const listAllowedPages = (visitor: NavigationPermissions): (Place & { section: string })[] => [
  ...listNavigationGroups(visitor).flatMap(({ sections }) =>
    sections.flatMap(({ name, tabs }) =>
      tabs.flatMap(({ places: own }) => own.map((place) => ({ ...place, section: name }))),
    ),
  ),
  { ...wallPage, section: 'Wall' },
]

/** All pages, whether or not the user may open them. */
export const allPages = groups.flatMap(({ sections }) =>
  sections.flatMap((section) =>
    section.tabs.flatMap((one) => one.places.map((place) => ({ place, tab: one, section }))),
  ),
)

const pathOf = ({ href }: Place) => href.split('?')[0]
const viewOf = ({ href }: Place) => new URLSearchParams(href.split('?')[1]).get('tab')

/**
 * Returns the navigation entry of a page. A page that is not in the navigation, such as the page of a circuit, belongs
 * to the entry of the page whose URL is the beginning of its URL.
 * @param view value of the `tab` parameter
 */
export function findNavigationEntry(pathname: string, view: string | null) {
  const below = allPages.filter(({ place }) => {
    const path = pathOf(place)
    return path === '/' ? pathname === '/' : pathname === path || pathname.startsWith(`${path}/`)
  })
  const found = below.find(({ place }) => viewOf(place) === view) ?? below[0]
  return found && { ...found, isItself: pathname === pathOf(found.place) }
}

/** Returns the pages whose URL or name is similar to a part of an unknown URL. */
export const findSimilarPages = (pathname: string) =>
  allPages.filter(({ place: { href, name } }) => mayBeMeantByUrl(pathname, `${href} ${name}`))
