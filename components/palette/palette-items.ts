import { formatUtcMinute } from '#lib/contract/time/dates.ts'
import { doesMatchFilter } from '../format/natural-order.ts'
import { parsePrefixWithHostBits, formatPrefix } from '#lib/bgp/index.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { Gateway, Hub } from '#lib/gateways/api/index.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import type { ApiRouter } from '#lib/routers/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { formatAffectedPartOfIncident, getIncidentStatus, formatIncidentTitle } from '../events/incident-text.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { buildSessionHref } from '../format/session-address.ts'
import { formatGatewayKindName } from '../gateways/gateway-text.ts'
import { formatHubKind, getHubStatus } from '../hubs/hub-text.ts'
import { buildCustomerHref } from '../links/customer-href.ts'
import { PLAN_CHECK_HREF, buildPlanTestHref, buildWhatIfHref } from '../links/what-if-href.ts'
import { formatRouterProtocol, getRouterName, getRouterStatus } from '../routers/router-text.ts'
import { parseTypedLookup } from '../routes/lookup/typed-lookup.ts'
import { buildRoutesHref } from '../routes/route-views.ts'
import type { StatusText } from '../ui/status.tsx'
import { getCircuitStatus, getGatewayStatus, getSessionStatus } from '../ui/status-text.ts'

/** Entry of the command palette: a link to `href`, or an action if `run` is set. */
export interface CommandPaletteItem {
  /** URL of the destination; for an action, a unique name that is not a URL */
  href: string
  name: string
  detail: string
  status?: StatusText
  run?: () => void
}

interface PaletteGroup {
  name: string
  items: CommandPaletteItem[]
}

export interface CommandPaletteSources {
  pages: readonly { href: string; name: string; key?: string; section: string }[]
  circuits: readonly Circuit[]
  gateways: readonly Gateway[]
  hubs: readonly Hub[]
  routers: readonly ApiRouter[]
  sessions: readonly BgpSession[]
  /** names of customers */
  customers: readonly string[]
  /** declared and learned sites, with the page of each */
  sites: readonly { name: string; href: string }[]
  /** open incidents */
  incidents: readonly Incident[]
  /** acknowledges an incident; null = not permitted, or the page shows the past */
  acknowledge: ((incident: Incident) => void) | null
  /** whether the user may plan tests */
  mayPlanTests: boolean
  /** actions that the current page offers */
  onPage: readonly CommandPaletteItem[]
  actions: readonly CommandPaletteItem[]
  recent: readonly CommandPaletteItem[]
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
 * Returns the results for the typed text in groups: lookups of addresses and prefixes, incidents, resources, customers,
 * sites and pages by name, actions, and a search in the event log. The lookups are the first group and the search is
 * the last group; the groups between them are sorted by their best match. Without a text, returns open incidents,
 * recent items, pages and actions.
 */
export function listCommandPaletteGroups(
  text: string,
  findable: CommandPaletteSources,
  times: PaletteTimes,
): PaletteGroup[] {
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
          // The page's own actions must not be the first group. Otherwise Enter in an empty palette could acknowledge
          // an incident by mistake.
          { name: 'On this page', items: findable.onPage.slice(0, MAX_OF_A_KIND) },
          { name: 'Actions', items: [PLAN_CHECK, ...findable.actions] },
        ]
      : [
          { name: 'Look up', items: lookUps(typed, times) },
          ...sortByBestMatch(typed, [
            { name: 'Open incidents', items: findable.incidents.map(incidentItem) },
            { name: 'Circuits', items: findable.circuits.map(circuitItem) },
            { name: 'Gateways', items: findable.gateways.map(gatewayItem) },
            { name: 'Hubs', items: virtualHubsOf(findable).map(hubItem) },
            { name: 'Routers', items: findable.routers.map(routerItem) },
            { name: 'Sessions', items: typed.length < MIN_FOR_SESSIONS ? [] : sessionItems(findable) },
            { name: 'Customers', items: findable.customers.map(customerItem) },
            { name: 'Sites', items: findable.sites.map((site) => ({ ...site, detail: 'site' })) },
            { name: 'Pages', items: pages },
            { name: 'On this page', items: [...findable.onPage] },
            { name: 'Actions', items: [PLAN_CHECK, ...findable.actions, ...resourceActions(findable)] },
          ]),
          { name: 'Events', items: [eventsSaying(typed)] },
        ]
  return groups.filter(({ items }) => items.length > 0)
}

const PLAN_CHECK: CommandPaletteItem = {
  href: PLAN_CHECK_HREF,
  name: 'Check a plan',
  detail: 'Terraform plan, ARM or Bicep what-if, before it is applied',
}

/** Returns the actions of single resources and incidents. They are offered only after the user typed a text. */
function resourceActions({ circuits, gateways, hubs, incidents, acknowledge, mayPlanTests }: CommandPaletteSources) {
  const simulated = [...circuits, ...gateways, ...virtualHubsOf({ hubs })]
  return [
    ...simulated.map(
      ({ id, name }): CommandPaletteItem => ({
        href: buildWhatIfHref({ lose: [id], change: [] }),
        name: `Simulate the failure of ${name}`,
        detail: 'nothing in Azure is touched',
      }),
    ),
    ...(mayPlanTests ? circuits : []).map(
      ({ id, name }): CommandPaletteItem => ({
        href: buildPlanTestHref(id),
        name: `Plan a test of ${name}`,
        detail: 'failover test',
      }),
    ),
    ...(acknowledge ? incidents.filter(({ acknowledged }) => !acknowledged) : []).map(
      (incident): CommandPaletteItem => ({
        href: `action acknowledge ${incident.id}`,
        name: `Acknowledge ${formatIncidentTitle(incident)}`,
        detail: 'incident',
        run: () => acknowledge?.(incident),
      }),
    ),
  ]
}

/**
 * Returns the rank of a match: 0 = the whole name, 1 = the start of a word in it, 2 = the text is elsewhere in the
 * name, or its words are in the name separately, 3 = the text is only in the detail or the status.
 */
function rankMatch({ name }: CommandPaletteItem, typed: string): number {
  const [own, sought] = [name.toLowerCase(), typed.toLowerCase()]
  const at = own.indexOf(sought)
  if (own === sought) return 0
  if (at >= 0) return at > 0 && /[a-z0-9]/.test(own.charAt(at - 1)) ? 2 : 1
  // If several words were typed, each word may be in another place of the name.
  return doesMatchFilter([name], typed) ? 2 : 3
}

const hasStart = ({ name }: CommandPaletteItem, typed: string) => name.toLowerCase().startsWith(typed.toLowerCase())

/**
 * Returns the items of each group that contain every typed word, the best match first, and the group with the best
 * match first.
 */
function sortByBestMatch(typed: string, groups: readonly PaletteGroup[]): PaletteGroup[] {
  return groups
    .map(({ name, items }) => {
      const found = items
        .filter((item) => doesMatchFilter([item.name, item.detail, item.status?.word ?? null], typed))
        .map((item) => ({ item, rank: rankMatch(item, typed) }))
        .toSorted((a, b) => a.rank - b.rank || Number(hasStart(b.item, typed)) - Number(hasStart(a.item, typed)))
      const shown = found.slice(0, MAX_OF_A_KIND).map(({ item }) => item)
      return { name, items: shown, rank: found[0]?.rank ?? 0 }
    })
    .toSorted((a, b) => a.rank - b.rank)
}

const incidentItem = (incident: Incident): CommandPaletteItem => ({
  href: `/incidents/${incident.id}`,
  name: formatIncidentTitle(incident),
  detail: formatAffectedPartOfIncident(incident),
  status: getIncidentStatus(incident),
})

const customerItem = (name: string): CommandPaletteItem => ({ href: buildCustomerHref(name), name, detail: 'customer' })

const circuitItem = ({ id, name, peeringLocation, provider, ...circuit }: Circuit): CommandPaletteItem => ({
  href: `/circuits/${encodeURIComponent(id)}`,
  name,
  detail: [peeringLocation, provider].filter(Boolean).join(' · '),
  status: getCircuitStatus(circuit),
})

const gatewayItem = ({ id, name, location, ...gateway }: Gateway): CommandPaletteItem => ({
  href: `/gateways/${encodeURIComponent(id)}`,
  name,
  detail: [formatGatewayKindName(gateway.kind), location].filter(Boolean).join(' · '),
  status: getGatewayStatus(gateway),
})

/** Returns the hubs of Virtual WANs. The list of gateways already contains Route Servers. */
const virtualHubsOf = ({ hubs }: Pick<CommandPaletteSources, 'hubs'>) => hubs.filter(({ kind }) => kind === 'hub')

const hubItem = ({ id, name, location, ...hub }: Hub): CommandPaletteItem => ({
  href: `/hubs/${encodeURIComponent(id)}`,
  name,
  detail: [formatHubKind(hub), location].filter(Boolean).join(' · '),
  status: getHubStatus(hub),
})

const routerItem = (router: ApiRouter): CommandPaletteItem => ({
  href: `/routers/${encodeURIComponent(router.id)}`,
  name: getRouterName(router),
  detail: [formatRouterProtocol(router.protocol), router.software].filter(Boolean).join(' · '),
  status: getRouterStatus(router),
})

const sessionItems = ({ sessions }: CommandPaletteSources) =>
  sessions.map((session): CommandPaletteItem => {
    const { scopeName, localAddress, neighbor, remoteAsn } = session
    return {
      href: buildSessionHref(session),
      name: `${localAddress} – ${neighbor}`,
      detail: [scopeName, remoteAsn === null ? null : `AS ${remoteAsn}`].filter(Boolean).join(' · '),
      status: getSessionStatus(session),
    }
  })

function lookUps(typed: string, { night, momentOf }: PaletteTimes): CommandPaletteItem[] {
  const found = parseTypedLookup(typed, momentOf)
  if (found?.at) return [routeTo(found.ip, `at ${formatUtcMinute(found.at)}`, found.at)]
  if (found) return [routeTo(found.ip, 'now'), routeTo(found.ip, 'at 03:12 UTC', night)]
  const moment = momentOf(typed)
  if (moment !== null)
    return [
      { href: `/?at=${moment}`, name: `Home as of ${formatUtcMinute(moment)}`, detail: 'and every page after it' },
    ]
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

const routeTo = (address: string, detail: string, at?: string): CommandPaletteItem => ({
  href: buildRoutesHref('lookup', { ip: address, ...(at && { at }) }),
  name: `Route to ${address}`,
  detail,
})

const eventsSaying = (text: string): CommandPaletteItem => ({
  href: `/events?${new URLSearchParams({ text, range: '30d' })}`,
  name: `Events with “${text}”`,
  detail: 'last 30 days',
})

/** Formats the number of results for screen readers. */
export const formatPaletteHitCount = (groups: readonly PaletteGroup[]) =>
  formatCountWithPlural(
    groups.reduce((sum, { items }) => sum + items.length, 0),
    'place',
  )
