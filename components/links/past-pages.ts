import { wordTable } from '#lib/bgp/word-table.ts'

/** What a page does while the clock stands in the past. */
interface PagePast {
  /** `moment`: as it was; `range`: what was recorded in the clock's range; `now`: it has no past */
  shows: 'moment' | 'range' | 'now'
  /** said below the bar where it is not as it was */
  words?: string
}

const MOMENT: PagePast = { shows: 'moment' }
const RECORD: PagePast = { shows: 'range' }
const now = (words: string): PagePast => ({ shows: 'now', words })

/** By the first part of a page's path. */
const PAGES: Record<string, PagePast> = wordTable({
  '': MOMENT,
  circuits: MOMENT,
  gateways: MOMENT,
  hubs: MOMENT,
  networks: MOMENT,
  sessions: MOMENT,
  routes: MOMENT,
  resilience: MOMENT,
  incidents: MOMENT,
  events: RECORD,
  handover: MOMENT,
  cost: now('Cost is as measured now.'),
  availability: now('Availability is of the month that is chosen below.'),
  customers: now('Customers are shown as they are now.'),
  ports: MOMENT,
  routers: now('Routers are shown as they are now.'),
  sources: now('Polling is shown as it is now.'),
  settings: now('Settings are the current ones.'),
  setup: now('Setup is checked now.'),
  account: now('The account is shown as it is now.'),
})

/** The length of a page's charts and lists while nothing is chosen; null = it has no range. */
export function usualLength(pathname: string): string | null {
  if (pathname.startsWith('/events')) return '30d'
  return /^\/(routes|(circuits|gateways|hubs|sessions)\/.)/.test(pathname) ? '6h' : null
}

/** @param pathname of the page's address */
export const pastOf = (pathname: string): PagePast => PAGES[pathname.split('/')[1] ?? ''] ?? now('This page shows now.')
