import { parsePrefix } from '#lib/bgp/index.ts'
import {
  addInterfaceAddress,
  parseAsn,
  type ConfiguredInterface,
  type NeighborConfigurationLines,
  ensureNeighborLines,
  getOrCreateConfiguredInterface,
  ensurePrefixList,
  parseWholeNumber,
  getOrCreateRoutePolicy,
  type RouterConfigurationLines,
} from './configured-router.ts'

/** The section of the configuration that the current line belongs to: an interface, neighbor, policy or prefix set. */
interface Place {
  on: ConfiguredInterface | null
  neighbor: NeighborConfigurationLines | null
  family: 4 | 6
  policy: string | null
  set: string | null
}

/** Reads the configuration of IOS XE, IOS XR, EOS or FRR. They have similar commands with different names. */
export function readCommands(reading: RouterConfigurationLines, lines: readonly string[]): void {
  const place: Place = { on: null, neighbor: null, family: 4, policy: null, set: null }
  for (const line of lines) {
    const words = line.split(/\s+/)
    if (!opens(reading, place, words)) inPlace(reading, place, words, line)
  }
}

/** Enters a new section if a line begins one. Returns whether it does. */
function opens(reading: RouterConfigurationLines, place: Place, words: readonly string[]): boolean {
  const [first, second, third] = words
  const enter = (entered: Partial<Place>) => {
    Object.assign(place, { on: null, neighbor: null, family: 4, policy: null, set: null }, entered)
    return true
  }
  switch (first) {
    case 'interface': {
      const name = words.slice(1).join(' ')
      const on = getOrCreateConfiguredInterface(reading, name)
      // the VLAN may be in the name, because Linux names VLAN interfaces like `eth0.100`
      on.vlan ??= parseWholeNumber(/^[a-z]\w*\.(\d+)$/.exec(name)?.[1])
      return enter({ on })
    }
    case 'router':
      if (second === 'bgp') reading.asn ??= parseAsn(third)
      return enter({})
    case 'route-map':
    case 'route-policy':
      // inside a neighbor, this line uses a policy and does not begin one
      if (place.neighbor && first === 'route-policy') return false
      return enter({ policy: second ?? null })
    case 'prefix-set':
      return enter({ set: second ?? null })
    case 'neighbor-group':
      if (second === undefined || words.length > 2) return false
      return enter({ neighbor: ensureNeighborLines(reading, second) })
    case 'neighbor':
      if (second === undefined || words.length > 2) return false
      reading.startsActive = false
      return enter({ neighbor: ensureNeighborLines(reading, second) })
    case 'address-family': {
      const family = second === 'ipv6' ? 6 : 4
      if (place.neighbor) place.neighbor.on.add(family)
      place.family = family
      return true
    }
    default:
      return false
  }
}

function inPlace(reading: RouterConfigurationLines, place: Place, words: readonly string[], line: string): void {
  const [first, second] = words
  const list = /^(?:ip|ipv6) prefix-list (\S+)(?: seq \d+)? permit (\S+)/.exec(line)
  if (list?.[1] && list[2]) ensurePrefixList(reading, list[1]).push(list[2])
  else if (place.on) onInterface(place.on, words, line)
  else if (place.set !== null) readSet(ensurePrefixList(reading, place.set), line)
  else if (place.policy !== null) inPolicy(getOrCreateRoutePolicy(reading, place.policy), words, line)
  else if (first === 'no' && second === 'bgp' && line.includes('ipv4-unicast')) reading.startsActive = false
  else if (first === 'no' && second === 'neighbor' && words[3] === 'activate')
    ensureNeighborLines(reading, words[2] ?? '').off.add(place.family)
  else if (first === 'neighbor' && second !== undefined)
    ofNeighbor(ensureNeighborLines(reading, second), words.slice(2), place)
  else if (place.neighbor) ofNeighbor(place.neighbor, words, place)
}

const readSet = (set: string[], line: string): void => {
  const prefix = line.replace(/,$/, '').split(/\s+/)[0] ?? ''
  if (parsePrefix(prefix)) set.push(prefix)
}

function onInterface(at: ConfiguredInterface, words: readonly string[], line: string): void {
  const tags = /^encapsulation dot1q (?:vlan )?(\d+)(?: (?:second-dot1q|inner) (\d+))?/i.exec(line)
  if (tags) {
    at.vlan = parseWholeNumber(tags[2] ?? tags[1])
    at.outerVlan = tags[2] === undefined ? null : parseWholeNumber(tags[1])
  }
  if (line === 'shutdown') at.isShut = true
  if (/^(?:ip|ipv4|ipv6) address /.test(line)) addInterfaceAddress(at, words[2], words[3])
}

function inPolicy(
  policy: { lists: string[]; prefixes: string[]; prepends: number },
  words: readonly string[],
  line: string,
): void {
  const matched = /^match (?:ip|ipv6) address prefix-list (.+)$/.exec(line) ?? /destination in (\S+)/.exec(line)
  for (const name of matched?.[1]?.split(/\s+/) ?? []) policy.lists.push(name)
  if (line.startsWith('set as-path prepend ')) policy.prepends = words.length - 3
  if (line.startsWith('prepend as-path ')) policy.prepends = parseWholeNumber(words[3]) ?? 1
}

function ofNeighbor(draft: NeighborConfigurationLines, words: readonly string[], { family }: Place): void {
  const [first, second, third] = words
  const isOut = words.at(-1) === 'out'
  switch (first) {
    case 'remote-as':
      draft.remoteAsn = parseAsn(second)
      break
    case 'local-as':
      draft.localAsn = parseAsn(second)
      break
    case 'shutdown':
      draft.isShut = true
      break
    case 'password':
      draft.password = true
      break
    case 'bfd':
      draft.bfd = true
      break
    case 'fall-over':
      draft.bfd ||= second === 'bfd'
      break
    case 'activate':
      draft.on.add(family)
      break
    case 'peer-group':
      draft.group = second ?? null
      break
    case 'peer':
      if (second === 'group') draft.group = third ?? null
      break
    case 'use':
      if (second === 'neighbor-group') draft.group = third ?? null
      break
    case 'prefix-list':
      if (isOut && second !== undefined) draft.lists.push(second)
      break
    case 'route-map':
    case 'route-policy':
      if (isOut && second !== undefined) draft.policies.push(second.replace(/\(.*/s, ''))
      break
  }
}
