import { canonicalizeAddress } from '#lib/bgp/index.ts'
import type { BgpNotification, LoggedSessionDownCause, RouterLogLine, RouterDownReason } from '#lib/contract/index.ts'

/** Facts about a BGP session in a line of a router's log. */
type BgpLine = Pick<RouterLogLine, 'neighbor' | 'vrf' | 'neighborAsn' | 'state' | 'reason'>

/** Largest four-octet ASN (RFC 6793). */
const MAX_ASN = 2 ** 32 - 1

/** Maximum number of characters of a text from a line. */
const MAX_TEXT = 200

interface LineFormat {
  of: RegExp
  read: (parts: Record<string, string | undefined>) => Omit<BgpLine, 'neighbor' | 'vrf' | 'neighborAsn'> | null
}

const NEIGHBOR = String.raw`(?<neighbor>[0-9A-Fa-f.:]{3,45})(?:\+\d+)?`

const changed = (word: string | undefined, why: string | undefined): ReturnType<LineFormat['read']> =>
  word?.toLowerCase() === 'up' ? { state: 'up', reason: null } : { state: 'down', reason: whyDown(why ?? '') }

const notified = (parts: Record<string, string | undefined>, text: string | null): ReturnType<LineFormat['read']> => {
  const [code, subcode] = [Number(parts.code), Number(parts.subcode ?? 0)]
  if (!isByte(code) || !isByte(subcode)) return null
  return {
    state: null,
    reason: { by: sender(parts.direction), notification: { code, subcode, communication: text, hardResetOf: null } },
  }
}

const isByte = (value: number) => Number.isInteger(value) && value >= 0 && value <= 255
const sender = (direction: string | undefined) => (direction?.toLowerCase() === 'sent' ? 'local' : 'remote')

/**
 * Formats of log lines about the state of a BGP session or about a NOTIFICATION, each with the router software that
 * writes it. The order matters, because the first format that matches a line is used. Sources: FRR bgpd (bgp_fsm.c,
 * bgp_debug.c) as Debian's FRR 8.4 writes them; Cisco, "System Message Guide for Cisco IOS XE" (BGP-5-ADJCHANGE,
 * BGP-3-NOTIFICATION) and "Cisco IOS XR System Error Message Reference" (ROUTING-BGP-5-ADJCHANGE); Juniper, "System Log
 * Explorer" (RPD_BGP_NEIGHBOR_STATE_CHANGED); the examples of napalm-logs.readthedocs.io (BGP_NEIGHBOR_STATE_CHANGED)
 * for Junos, EOS and NX-OS; Cisco, CSCve37792 (NX-OS with its reasons).
 */
const formats: readonly LineFormat[] = [
  // Junos
  {
    of: new RegExp(
      String.raw`\bBGP peer ${NEIGHBOR}(?: \((?:\w{1,20} )?AS (?<asn>\d+)\))?:? changed state from (?<from>\w+) to (?<to>\w+)(?: \(event (?<event>\w+)\))?(?:.{0,500}\(instance (?<vrf>[^)\s]{1,255})\))?`,
    ),
    read({ from, to, event }) {
      if (to === 'Established') return { state: 'up', reason: null }
      return from === 'Established' ? { state: 'down', reason: whyDown(event ?? '') } : null
    },
  },
  {
    of: new RegExp(
      String.raw`\bNOTIFICATION (?<direction>sent to|received from) ${NEIGHBOR}(?: \((?:\w{1,20} )?AS (?<asn>\d+)\))?: code (?<code>\d{1,3})(?: \([^)]{0,255}\))?(?: subcode (?<subcode>\d{1,3}))?`,
    ),
    read: (parts) => notified({ ...parts, direction: parts.direction?.split(' ')[0] }, null),
  },
  // EOS
  {
    of: new RegExp(
      String.raw`%BGP-\d-ADJCHANGE: peer ${NEIGHBOR}(?: \((?:VRF (?<vrf>\S+)(?: |(?=\))))?(?:AS (?<asn>\d+))?\))? old state (?<from>\w+)(?: event (?<event>\w+))? new state (?<to>\w+)`,
    ),
    read({ from, to, event }) {
      if (to === 'Established') return { state: 'up', reason: null }
      return from === 'Established' ? { state: 'down', reason: whyDown(event ?? '') } : null
    },
  },
  // FRR, IOS XE, EOS
  {
    of: new RegExp(
      String.raw`%(?:BGP-\d-)?NOTIFICATION: (?<direction>sent|received) (?:to|from) neighbor ${NEIGHBOR}(?: vpn vrf (?<vrfName>\S+))?(?: \((?:VRF (?<vrf>[^\s)]+)(?: |(?=\))))?(?:AS (?<asn>\d+))?\))?(?: active| passive)? (?<code>\d{1,3})/(?<subcode>\d{1,3})(?: \([^)]{0,255}\))?(?: "(?<said>[^"]{1,255})"| reason: ?(?<reason>.{0,255}))?`,
    ),
    read: (parts) => notified(parts, parts.said ?? (parts.reason?.trim() || null)),
  },
  // FRR
  {
    of: new RegExp(
      String.raw`%ADJCHANGE: neighbor ${NEIGHBOR}(?:\([^)]{0,255}\))?(?: in vrf (?<vrf>\S+))? (?<state>Up|Down)\b ?(?<why>.*)`,
    ),
    read: ({ state, why }) => changed(state, why),
  },
  // IOS XR
  {
    of: new RegExp(
      String.raw`%ROUTING-BGP-\d-ADJCHANGE(?:_DETAIL)? ?: neighbor ${NEIGHBOR} (?<state>Up|Down)\b(?: - (?<why>.{0,500}?))?(?: \(VRF: (?<vrf>[^);]{1,255})(?:;[^)]{0,255})?\))?(?: \(AS: (?<asn>\d+)\))?$`,
    ),
    read: ({ state, why }) => changed(state, why),
  },
  // NX-OS
  {
    of: new RegExp(
      String.raw`%BGP-\d-ADJCHANGE: {1,3}bgp-\S{0,20}(?: \[\d{1,10}\])?(?: \((?<vrf>[^)\s]{1,255})\))? {1,2}neighbor ${NEIGHBOR} (?<state>Up|Down)\b(?: - (?<why>.*))?`,
    ),
    read: ({ state, why }) => changed(state, why),
  },
  // IOS XE
  {
    of: new RegExp(
      String.raw`%BGP-\d-ADJCHANGE: neighbor ${NEIGHBOR}(?: vpn vrf (?<vrf>\S+))?(?: active| passive)? (?<state>Up|Down)\b ?(?<why>.*)`,
    ),
    read: ({ state, why }) => changed(state, why),
  },
]

/** Fast check that excludes most lines of a log, because they are not about BGP. */
const IS_OF_BGP = /ADJCHANGE|NOTIFICATION|BGP peer /
const DEFAULT_VRFS: ReadonlySet<string> = new Set(['default', 'master', 'global'])

/** Returns the facts about a BGP session in a log line; null if the line contains none. */
export function parseBgpLogLine(line: string): BgpLine | null {
  if (!IS_OF_BGP.test(line)) return null
  const text = line.trim()
  for (const { of, read } of formats) {
    const parts = of.exec(text)?.groups
    if (!parts) continue
    const neighbor = canonicalizeAddress(parts.neighbor ?? '')
    const said = neighbor === null ? null : read(parts)
    if (neighbor === null || said === null) return null
    const vrf = parts.vrf ?? parts.vrfName ?? null
    const asn = Number(parts.asn)
    return {
      neighbor,
      vrf: vrf === null || DEFAULT_VRFS.has(vrf.toLowerCase()) ? null : vrf.slice(0, MAX_TEXT),
      neighborAsn: Number.isInteger(asn) && asn > 0 && asn <= MAX_ASN ? asn : null,
      ...said,
    }
  }
  return null
}

/**
 * Texts with which IOS XR and NX-OS describe a reason, each with the code and subcode of the NOTIFICATION that it
 * means.
 */
const notificationLabels: readonly [RegExp, code: number, subcode: number][] = [
  [/bfd/i, 6, 10],
  [/hold ?time(?:r)? expired/i, 4, 0],
  [/maximum number of prefixes/i, 6, 1],
  [/administrative(?:ly)? shut ?down/i, 6, 2],
  [/peer (?:de-?configured|unconfigured)/i, 6, 3],
  [/administrative(?:ly)? reset|session cleared/i, 6, 4],
  [/connection rejected/i, 6, 5],
  [/other configuration change/i, 6, 6],
  [/collision/i, 6, 7],
]

/**
 * Patterns of texts that describe why a session went down, with the cause that they mean. The first pattern that fits
 * is used. The names of events of Junos and EOS are included.
 */
const causes: readonly [RegExp, LoggedSessionDownCause][] = [
  [/\bbfd\b/i, 'bfd'],
  [/interface (?:down|flap)|link down|IfDown/i, 'interface'],
  [/max\w{0,20}[ -]prefix|maximum number of prefixes|prefix ?limit/i, 'prefixLimit'],
  [/hold ?time/i, 'holdTimer'],
  [/admin|user reset|neighbor deleted|peer de-?config|clear|\b(?:Manual)?Stop\b|Reset\b|config/i, 'operator'],
  [/clos(?:e|ed|ing)|TransportError|connection lost|unreachable/i, 'connection'],
]

function whyDown(why: string): RouterDownReason {
  const text = why.trim().slice(0, MAX_TEXT)
  const direction = /notification (received|sen[dt])|(Recv|Sent)Notify|^(recv|sent):/i.exec(text)
  if (direction) {
    const words = notificationLabels.find(([pattern]) => pattern.test(text))
    const notification: BgpNotification | null = words
      ? { code: words[1], subcode: words[2], communication: null, hardResetOf: null }
      : null
    return { by: /rec/i.test(direction[0]) ? 'remote' : 'local', notification }
  }
  return { by: 'log', cause: causes.find(([pattern]) => pattern.test(text))?.[1] ?? 'unknown', text }
}
