import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'

/** Behavior of a page while the user has selected a past time. */
interface PagePast {
  /**
   * data that the page shows: `moment` = the state at the selected time; `range` = records within the selected range;
   * `now` = the current state, whatever time is selected
   */
  shows: 'moment' | 'range' | 'now'
  /**
   * text in the bar that appears while a past time is selected; it states that the page shows current data. Absent = no
   * text
   */
  words?: string
}

const MOMENT: PagePast = { shows: 'moment' }
const RECORD: PagePast = { shows: 'range' }
const now = (words: string): PagePast => ({ shows: 'now', words })

/** Behavior of pages while a past time is selected, by the first part of their path. */
const PAGES: Record<string, PagePast> = createSafeLookupTable({
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
  availability: now('Availability is for the month selected below.'),
  customers: now('Customers are shown as they are now.'),
  ports: MOMENT,
  routers: now('Routers are shown as they are now.'),
  sources: now('Polling is shown as it is now.'),
  settings: now('Settings are the current ones.'),
  setup: now('Setup is checked now.'),
  account: now('The account is shown as it is now.'),
})

/** Returns the default length of the time range of a page's charts; null = the page has no time range. */
export function findDefaultRangeLength(pathname: string): string | null {
  if (pathname.startsWith('/events')) return '30d'
  return /^\/(routes|(circuits|gateways|hubs|sessions)\/.)/.test(pathname) ? '6h' : null
}

/**
 * Returns the behavior of a page while a past time is selected.
 * @param pathname path of the page's URL
 */
export const findPageBehaviorInPast = (pathname: string): PagePast =>
  PAGES[pathname.split('/')[1] ?? ''] ?? now('This page shows now.')
