import { canonicalAddress, readPrefix, formatPrefix } from '#lib/bgp/index.ts'
import type { Circuit, Gateway, Session } from '#lib/contract/index.ts'
import { plural } from '../format/quantity.ts'
import { sessionHref } from '../format/session-address.ts'
import { kindWords } from '../gateways/gateway-words.ts'
import { routesHref } from '../routes/route-views.ts'
import type { StatusWords } from '../ui/status.tsx'
import { matchesFilter } from '../ui/table/features.ts'
import { gatewayStatus, redundancyStatus, sessionStatus } from '../ui/words.ts'

/** A destination of the palette. */
export interface PaletteItem {
  href: string
  name: string
  detail: string
  status?: StatusWords
}

export interface PaletteGroup {
  name: string
  items: PaletteItem[]
}

export interface Findable {
  pages: readonly { href: string; name: string; key: string }[]
  circuits: readonly Circuit[]
  gateways: readonly Gateway[]
  sessions: readonly Session[]
  recent: readonly PaletteItem[]
}

/** Most results of each kind. */
const MOST_OF_A_KIND = 6
/** Sessions have no names: they are offered after this many letters. */
const LEAST_FOR_SESSIONS = 3

/**
 * Results for the typed text: look-ups of addresses and prefixes, resources by name, and matching events.
 * @param night the last 03:12 UTC, ISO 8601
 */
export function paletteGroups(text: string, findable: Findable, night: string): PaletteGroup[] {
  const typed = text.trim()
  const pages = findable.pages.map(({ href, name, key }) => ({ href, name, detail: `g ${key}` }))
  const groups: PaletteGroup[] =
    typed === ''
      ? [
          { name: 'Recent', items: findable.recent.slice(0, MOST_OF_A_KIND) },
          { name: 'Pages', items: pages },
        ]
      : [
          { name: 'Look up', items: lookUps(typed, night) },
          { name: 'Circuits', items: found(findable.circuits.map(circuitItem), typed) },
          { name: 'Gateways', items: found(findable.gateways.map(gatewayItem), typed) },
          { name: 'Sessions', items: typed.length < LEAST_FOR_SESSIONS ? [] : found(sessionItems(findable), typed) },
          { name: 'Pages', items: found(pages, typed) },
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
    .slice(0, MOST_OF_A_KIND)
}

const circuitItem = ({ id, name, peeringLocation, provider, redundancy }: Circuit): PaletteItem => ({
  href: `/circuits/${encodeURIComponent(id)}`,
  name,
  detail: [peeringLocation, provider].filter(Boolean).join(' · '),
  status: redundancyStatus(redundancy),
})

const gatewayItem = ({ id, name, kind, location, state }: Gateway): PaletteItem => ({
  href: `/gateways/${encodeURIComponent(id)}`,
  name,
  detail: [kindWords(kind), location].filter(Boolean).join(' · '),
  status: gatewayStatus(state),
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

function lookUps(typed: string, night: string): PaletteItem[] {
  const address = canonicalAddress(typed)
  if (address) {
    return [
      { href: routesHref('lookup', { ip: address }), name: `Route to ${address}`, detail: 'now' },
      {
        href: routesHref('lookup', { ip: address, at: night }),
        name: `Route to ${address}`,
        detail: 'at 03:12 UTC',
      },
    ]
  }
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

const eventsSaying = (text: string): PaletteItem => ({
  href: `/events?${new URLSearchParams({ text, range: '30d' })}`,
  name: `Events with “${text}”`,
  detail: 'last 30 days',
})

/** Number of results, for screen readers. */
export const countWords = (groups: readonly PaletteGroup[]) =>
  plural(
    groups.reduce((sum, { items }) => sum + items.length, 0),
    'place',
  )
