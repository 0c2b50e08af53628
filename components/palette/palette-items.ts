import { formatUtcMinute } from '#lib/contract/time/dates.ts'
import { doesMatchFilter } from '../format/natural-order.ts'
import { parsePrefixWithHostBits, formatPrefix } from '#lib/bgp/index.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import type { Session } from '#lib/sessions/api/index.ts'
import { formatIncidentPart, getIncidentStatus, formatIncidentTitle } from '../events/incident-text.ts'
import { formatPlural } from '../format/quantity.ts'
import { buildSessionHref } from '../format/session-address.ts'
import { formatKind } from '../gateways/gateway-text.ts'
import { parseTypedLookup } from '../routes/lookup/typed-lookup.ts'
import { buildRoutesHref } from '../routes/route-views.ts'
import type { StatusText } from '../ui/status.tsx'
import { getCircuitStatus, getGatewayStatus, getSessionStatus } from '../ui/words.ts'

/** Entry of the command palette: a link to `href`, or an action if `run` is set. */
export interface PaletteItem {
  /** URL of the destination; for an action, a unique name that is not a URL */
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

export interface PaletteSources {
  pages: readonly { href: string; name: string; key?: string; section: string }[]
  circuits: readonly Circuit[]
  gateways: readonly Gateway[]
  sessions: readonly Session[]
  /** names of customers */
  customers: readonly string[]
  /** open incidents */
  incidents: readonly Incident[]
  /** actions that the current page offers */
  onPage: readonly PaletteItem[]
  actions: readonly PaletteItem[]
  recent: readonly PaletteItem[]
}

/** Times that the palette needs for route lookups at a past time. */
interface PaletteTimes {
  /** most recent 03:12 UTC ("last night"), ISO 8601 */
  night: string
  /**
   * Parses a time that the user typed, for example after an IP address.
   * @returns ISO 8601; null if the text is not a time in the past
   */
  momentOf: (text: string) => string | null
}

/** Maximum number of results in each group of the palette. */
const MAX_OF_A_KIND = 6
/**
 * Minimum number of typed letters at which the palette offers sessions. Sessions have only addresses and no names, so a
 * shorter text would match too many.
 */
const MIN_FOR_SESSIONS = 3

/**
 * Returns the results for the typed text in groups: lookups of addresses and prefixes, incidents, resources, customers
 * and pages by name, actions, and a search in the event log. Without a text, returns open incidents, recent items,
 * pages and actions.
 */
export function listPaletteGroups(text: string, findable: PaletteSources, times: PaletteTimes): PaletteGroup[] {
  const typed = text.trim()
  const pages = findable.pages.map(({ href, name, key, section }) => ({
    href,
    name,
    detail: [section !== name && section, key && `g ${key}`].filter(Boolean).join(' · '),
  }))
  const groups: PaletteGroup[] =
    typed === ''
      ? [
          // open incidents are the first group, so that Enter in an empty palette opens the first incident
          { name: 'Open incidents', items: findable.incidents.slice(0, MAX_OF_A_KIND).map(incidentItem) },
          { name: 'Recent', items: findable.recent.slice(0, MAX_OF_A_KIND) },
          { name: 'Pages', items: pages },
          // the actions of the page are not the first group, because Enter in an empty palette must not acknowledge an
          // incident
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

/** Returns the items that contain every typed word. Items whose name starts with the typed text come first. */
function found(items: readonly PaletteItem[], typed: string): PaletteItem[] {
  const begins = ({ name }: PaletteItem) => name.toLowerCase().startsWith(typed.toLowerCase())
  return items
    .filter(({ name, detail, status }) => doesMatchFilter([name, detail, status?.word ?? null], typed))
    .toSorted((a, b) => Number(begins(b)) - Number(begins(a)))
    .slice(0, MAX_OF_A_KIND)
}

const incidentItem = (incident: Incident): PaletteItem => ({
  href: `/incidents/${incident.id}`,
  name: formatIncidentTitle(incident),
  detail: formatIncidentPart(incident),
  status: getIncidentStatus(incident),
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
  status: getCircuitStatus(circuit),
})

const gatewayItem = ({ id, name, location, ...gateway }: Gateway): PaletteItem => ({
  href: `/gateways/${encodeURIComponent(id)}`,
  name,
  detail: [formatKind(gateway.kind), location].filter(Boolean).join(' · '),
  status: getGatewayStatus(gateway),
})

const sessionItems = ({ sessions }: PaletteSources) =>
  sessions.map((session): PaletteItem => {
    const { scopeName, localAddress, neighbor, remoteAsn } = session
    return {
      href: buildSessionHref(session),
      name: `${localAddress} – ${neighbor}`,
      detail: [scopeName, remoteAsn === null ? null : `AS ${remoteAsn}`].filter(Boolean).join(' · '),
      status: getSessionStatus(session),
    }
  })

function lookUps(typed: string, { night, momentOf }: PaletteTimes): PaletteItem[] {
  const found = parseTypedLookup(typed, momentOf)
  if (found?.at) return [routeTo(found.ip, `at ${formatUtcMinute(found.at)}`, found.at)]
  if (found) return [routeTo(found.ip, 'now'), routeTo(found.ip, 'at 03:12 UTC', night)]
  const prefix = typed.includes('/') ? parsePrefixWithHostBits(typed)?.prefix : undefined
  if (prefix) {
    const name = formatPrefix(prefix)
    return [
      { href: buildRoutesHref('history', { prefix: name }), name: `History of ${name}`, detail: 'path history' },
      { href: buildRoutesHref('table', { prefix: name }), name: `Routes of ${name}`, detail: 'now' },
    ]
  }
  const [, asn] = /^as ?(\d{1,10})$/i.exec(typed) ?? []
  return asn ? [{ href: buildRoutesHref('table', { asn }), name: `Routes via AS ${asn}`, detail: 'now' }] : []
}

const routeTo = (address: string, detail: string, at?: string): PaletteItem => ({
  href: buildRoutesHref('lookup', { ip: address, ...(at && { at }) }),
  name: `Route to ${address}`,
  detail,
})

const eventsSaying = (text: string): PaletteItem => ({
  href: `/events?${new URLSearchParams({ text, range: '30d' })}`,
  name: `Events with “${text}”`,
  detail: 'last 30 days',
})

/** Formats the number of results for screen readers. */
export const formatHitCount = (groups: readonly PaletteGroup[]) =>
  formatPlural(
    groups.reduce((sum, { items }) => sum + items.length, 0),
    'place',
  )
