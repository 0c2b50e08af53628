import { canonicalizePrefix } from '#lib/bgp/index.ts'
import { type CircuitPath, circuitPaths, type PeeringType, peeringTypes } from './poll.ts'

/**
 * Assumed loss of a what-if request, from its parameter `lose`. `text` is the term as the user wrote it; `id` is a
 * short id or an ARM id, exactly as in the request.
 */
export type WhatIfLoss = { text: string } & (
  | { kind: 'resource'; id: string }
  | { kind: 'path'; id: string; peering: PeeringType; path: CircuitPath }
  /** `address` = the instance of a gateway, or the name of a connection of a hub's gateway */
  | { kind: 'instance'; id: string; address: string }
  | { kind: 'link'; id: string; link: string; member: string | null }
  | { kind: 'location' | 'provider' | 'router'; name: string }
)

/**
 * Assumed change of a setting of a what-if request, from its parameter `change`. `text` is the term as the user wrote
 * it.
 */
export type WhatIfChange = { text: string; id: string } & (
  | { kind: 'prepend'; count: number }
  | { kind: 'weight'; weight: number }
  | { kind: 'withdraw'; prefix: string }
  | { kind: 'bandwidth'; mbps: number }
)

/** Maximum number of terms in a list and in a request. More simultaneous losses would not be realistic. */
export const MAX_WHAT_IF_LOSSES_AND_CHANGES = 200
/**
 * Maximum values of changes. MAX_WEIGHT is Azure's maximum routing weight; MAX_PREPENDS is more than a router supports.
 */
const MAX_WEIGHT = 32_000
const MAX_PREPENDS = 50
const MAX_MBPS = 400_000

/**
 * Parses the parameter `lose`, a comma-separated list of assumed losses. A loss has one of these forms:
 * - the id of a circuit, connection, gateway, hub, port or LAG
 * - `<circuit>/<path>` (private peering) or `<circuit>/<peering>/<path>`
 * - `<gateway>/<instance>`, or `<gateway>/<connection>` for a connection of a hub's gateway
 * - `<port>/link1`, or `<LAG>/link1/member2` for a port of a LAG
 * - `location:NAME`, `provider:NAME` or `router:ID`
 * An id is a short id or an ARM id, which begins with a slash.
 * @returns the losses without duplicates, or in `wrong` the text that could not be parsed
 */
export function parseWhatIfLosses(list: string): { terms: WhatIfLoss[] } | { wrong: string } {
  return parsed(list, lossOf)
}

/**
 * Parses the parameter `change`, a comma-separated list of assumed changes: `prepend:<circuit>:3`,
 * `weight:<connection>:10`, `withdraw:<circuit>:<prefix>`, `bandwidth:<circuit>:2000` (Mb/s).
 * @returns the changes without duplicates, or in `wrong` the text that could not be parsed
 */
export function parseWhatIfChanges(list: string): { terms: WhatIfChange[] } | { wrong: string } {
  return parsed(list, changeOf)
}

function parsed<Term>(list: string, read: (text: string) => Term | null): { terms: Term[] } | { wrong: string } {
  const texts = [...new Set(list.split(',').map((text) => text.trim()))].filter((text) => text !== '')
  const terms: Term[] = []
  for (const text of texts) {
    const term = read(text)
    if (term === null) return { wrong: text }
    terms.push(term)
  }
  return { terms }
}

const NAMED = /^(location|provider|router):(.+)$/i

/** Pattern for Azure's names of the links of ExpressRoute Direct ports and LAGs: `link1`, `link2`. */
const LINK = /^link\d+$/i

function lossOf(text: string): WhatIfLoss | null {
  const [, kind, name] = NAMED.exec(text) ?? []
  if (kind !== undefined && name !== undefined) {
    return { text, kind: kind.toLowerCase() as 'location' | 'provider' | 'router', name: name.trim() }
  }
  const { id, rest } = idOf(text)
  const [first, second, ...more] = rest
  if (id === '' || more.length > 0) return null
  if (first === undefined) return { text, kind: 'resource', id }
  if (LINK.test(first)) return { text, kind: 'link', id, link: first, member: second ?? null }
  const path = circuitPaths.find((one) => one === (second ?? first).toLowerCase())
  if (second !== undefined) {
    const peering = peeringOf(first)
    return path && peering ? { text, kind: 'path', id, peering, path } : null
  }
  if (path) return { text, kind: 'path', id, peering: 'private', path }
  return { text, kind: 'instance', id, address: first }
}

/**
 * Parses the type of a peering: `private`, `microsoft` or `public`, or `AzurePrivatePeering` or `MicrosoftPeering`, in
 * any case; null = another word.
 */
function peeringOf(word: string): PeeringType | null {
  const short = word
    .toLowerCase()
    .replace(/^azure(?=private)/, '')
    .replace(/peering$/, '')
  return peeringTypes.find((one) => one === short) ?? null
}

/**
 * Splits a term into its id and the parts after the id. The id is a short id without slashes, or an ARM id of a
 * top-level resource, which has eight segments.
 */
function idOf(text: string): { id: string; rest: string[] } {
  if (!text.startsWith('/')) {
    const [id = '', ...rest] = text.split('/')
    return { id, rest }
  }
  const parts = text.split('/')
  if (parts.length < 9) return { id: '', rest: [] }
  return { id: parts.slice(0, 9).join('/'), rest: parts.slice(9) }
}

/** Reports whether a term is a change (parameter `change`) and not a loss (parameter `lose`). */
export const isWhatIfChangeText = (text: string): boolean => /^(prepend|weight|withdraw|bandwidth):/i.test(text)

const CHANGE = /^(prepend|weight|withdraw|bandwidth):([^:]+):(.+)$/i

function changeOf(text: string): WhatIfChange | null {
  const [, word, name, value] = CHANGE.exec(text) ?? []
  if (word === undefined || name === undefined || value === undefined) return null
  const id = name.trim()
  switch (word.toLowerCase()) {
    case 'prepend': {
      const count = wholeNumber(value, 1, MAX_PREPENDS)
      return count === null ? null : { text, id, kind: 'prepend', count }
    }
    case 'weight': {
      const weight = wholeNumber(value, 0, MAX_WEIGHT)
      return weight === null ? null : { text, id, kind: 'weight', weight }
    }
    case 'bandwidth': {
      const mbps = wholeNumber(value, 1, MAX_MBPS)
      return mbps === null ? null : { text, id, kind: 'bandwidth', mbps }
    }
    default: {
      const prefix = canonicalizePrefix(value)
      return prefix === null ? null : { text, id, kind: 'withdraw', prefix }
    }
  }
}

function wholeNumber(text: string, least: number, most: number): number | null {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : null
}
