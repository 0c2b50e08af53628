import { matchesFilter } from '../format/natural-order.ts'
import { readPrefix, formatPrefix } from '#lib/bgp/index.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import type { Session } from '#lib/sessions/api/index.ts'
import { incidentPart, incidentStatus, incidentTitle } from '../events/incident-text.ts'
import { plural } from '../format/quantity.ts'
import { sessionHref } from '../format/session-address.ts'
import { formatKind } from '../gateways/gateway-text.ts'
import { typedLookup } from '../routes/lookup/typed-lookup.ts'
import { routesHref } from '../routes/route-views.ts'
import type { StatusText } from '../ui/status.tsx'
import { circuitStatus, gatewayStatus, sessionStatus } from '../ui/words.ts'

/** A destination of the palette, or with `run` something that it does. */
export interface PaletteItem {
  /** of an action its name, which is no address */
  href: string
  name: string
  detail: string
  status?: StatusText
  run?: () => void
}

interface PaletteGroup {
  name: string
  items: PaletteItem[]
}

export interface Findable {
  pages: readonly { href: string; name: string; key?: string; section: string }[]
  circuits: readonly Circuit[]
  gateways: readonly Gateway[]
  sessions: readonly Session[]
  /** names */
  customers: readonly string[]
  /** open ones */
  incidents: readonly Incident[]
  /** what acts on the page that is shown */
  onPage: readonly PaletteItem[]
  actions: readonly PaletteItem[]
  recent: readonly PaletteItem[]
}

/** How the palette reads a moment that is typed after an address. */
interface PaletteTimes {
  /** the last 03:12 UTC, ISO 8601 */
  night: string
  /** @returns ISO 8601; null = no moment that has passed */
  momentOf: (text: string) => string | null
}

/** Most results of each kind. */
const MAX_OF_A_KIND = 6
/** Sessions have no names: they are offered after this many letters. */
const MIN_FOR_SESSIONS = 3

/** Results for the typed text: look-ups of addresses and prefixes, incidents and resources by name, actions, and matching events. */
export function paletteGroups(text: string, findable: Findable, times: PaletteTimes): PaletteGroup[] {
  const typed = text.trim()
  const pages = findable.pages.map(({ href, name, key, section }) => ({
    href,
    name,
    detail: [section !== name && section, key && `g ${key}`].filter(Boolean).join(' · '),
  }))
  const groups: PaletteGroup[] =
    typed === ''
      ? [
          // what is wrong now leads: Enter opens it
          { name: 'Open incidents', items: findable.incidents.slice(0, MAX_OF_A_KIND).map(incidentItem) },
          { name: 'Recent', items: findable.recent.slice(0, MAX_OF_A_KIND) },
          { name: 'Pages', items: pages },
          // not first: Enter in the empty palette acknowledges nothing
          { name: 'On this page', items: findable.onPage.slice(0, MAX_OF_A_KIND) },
          { name: 'Actions', items: [...findable.actions] },
        ]
      : [
          { name: 'Look up', items: lookUps(typed, times) },
          { name: 'Open incidents', items: found(findable.incidents.map(incidentItem), typed) },
          { name: 'Circuits', items: found(findable.circuits.map(circuitItem), typed) },
          { name: 'Gateways', items: found(findable.gateways.map(gatewayItem), typed) },
          { name: 'Sessions', items: typed.length < MIN_FOR_SESSIONS ? [] : found(sessionItems(findable), typed) },
          { name: 'Customers', items: found(findable.customers.map(customerItem), typed) },
          { name: 'Pages', items: found(pages, typed) },
          { name: 'On this page', items: found(findable.onPage, typed) },
          { name: 'Actions', items: found(findable.actions, typed) },
          { name: 'Events', items: [eventsSaying(typed)] },
        ]
  return groups.filter(({ items }) => items.length > 0)
}

/** Items that contain every word, names with that prefix first. */
function found(items: readonly PaletteItem[], typed: string): PaletteItem[] {
  const begins = ({ name }: PaletteItem) => name.toLowerCase().startsWith(typed.toLowerCase())
  return items
    .filter(({ name, detail, status }) => matchesFilter([name, detail, status?.word ?? null], typed))
    .toSorted((a, b) => Number(begins(b)) - Number(begins(a)))
    .slice(0, MAX_OF_A_KIND)
}

const incidentItem = (incident: Incident): PaletteItem => ({
  href: `/incidents/${incident.id}`,
  name: incidentTitle(incident),
  detail: incidentPart(incident),
  status: incidentStatus(incident),
})

const customerItem = (name: string): PaletteItem => ({
  href: `/customers/${encodeURIComponent(name)}`,
  name,
  detail: 'customer',
})

const circuitItem = ({ id, name, peeringLocation, provider, ...circuit }: Circuit): PaletteItem => ({
  href: `/circuits/${encodeURIComponent(id)}`,
  name,
  detail: [peeringLocation, provider].filter(Boolean).join(' · '),
  status: circuitStatus(circuit),
})

const gatewayItem = ({ id, name, location, ...gateway }: Gateway): PaletteItem => ({
  href: `/gateways/${encodeURIComponent(id)}`,
  name,
  detail: [formatKind(gateway.kind), location].filter(Boolean).join(' · '),
  status: gatewayStatus(gateway),
})

const sessionItems = ({ sessions }: Findable) =>
  sessions.map((session): PaletteItem => {
    const { scopeName, localAddress, neighbor, remoteAsn } = session
    return {
      href: sessionHref(session),
      name: `${localAddress} – ${neighbor}`,
      detail: [scopeName, remoteAsn === null ? null : `AS ${remoteAsn}`].filter(Boolean).join(' · '),
      status: sessionStatus(session),
    }
  })

function lookUps(typed: string, { night, momentOf }: PaletteTimes): PaletteItem[] {
  const found = typedLookup(typed, momentOf)
  if (found?.at) return [routeTo(found.ip, `at ${found.at.slice(0, 16).replace('T', ' ')} UTC`, found.at)]
  if (found) return [routeTo(found.ip, 'now'), routeTo(found.ip, 'at 03:12 UTC', night)]
  const prefix = typed.includes('/') ? readPrefix(typed)?.prefix : undefined
  if (prefix) {
    const name = formatPrefix(prefix)
    return [
      { href: routesHref('history', { prefix: name }), name: `History of ${name}`, detail: 'path history' },
      { href: routesHref('table', { prefix: name }), name: `Routes of ${name}`, detail: 'now' },
    ]
  }
  const [, asn] = /^as ?(\d{1,10})$/i.exec(typed) ?? []
  return asn ? [{ href: routesHref('table', { asn }), name: `Routes via AS ${asn}`, detail: 'now' }] : []
}

const routeTo = (address: string, detail: string, at?: string): PaletteItem => ({
  href: routesHref('lookup', { ip: address, ...(at && { at }) }),
  name: `Route to ${address}`,
  detail,
})

const eventsSaying = (text: string): PaletteItem => ({
  href: `/events?${new URLSearchParams({ text, range: '30d' })}`,
  name: `Events with “${text}”`,
  detail: 'last 30 days',
})

/** Number of results, for screen readers. */
export const formatHitCount = (groups: readonly PaletteGroup[]) =>
  plural(
    groups.reduce((sum, { items }) => sum + items.length, 0),
    'place',
  )
