import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalizeAddress } from '#lib/bgp/index.ts'
import { BmpDecoder } from './decoder.ts'
import type { BmpMessage, PeerUp } from './message.ts'
import type { BgpUpdate } from './update.ts'
import { arbitraryIndependentBmpMessages, peerUps } from './testing/arbitraries.ts'
import { bytesOfHex } from './testing/hex.ts'
import { encodeBmp } from './testing/encode-bmp.ts'
import { frrBmpMessageBytes, gobgpBmpMessageBytes } from './testing/router-bytes.ts'
import { dissectWithTshark, findTshark } from './testing/tshark.ts'

const CODES = {
  peerDown: 2,
  peerUp: 3,
  routeMonitoring: 0,
  statistics: 1,
  initiation: 4,
  termination: 5,
  skipped: -1,
  unreadable: -1,
}
const REASONS = { local: 1, localWithoutNotification: 2, remote: 3, remoteWithoutNotification: 4, monitoringStopped: 5 }

/**
 * Values that both decoders read from a message, by Wireshark field name. Prefixes are compared without their lengths,
 * which share one field.
 */
const FIELDS: Record<string, (message: BmpMessage) => (string | number | null)[]> = {
  'bmp.type': ({ type }) => [CODES[type]],
  'bmp.peer.ip.addr': (message) =>
    'peer' in message && !isIpv6(message.peer.address) ? [message.peer.address ?? '0.0.0.0'] : [],
  'bmp.peer.ipv6.addr': (message) => ('peer' in message && isIpv6(message.peer.address) ? [message.peer.address] : []),
  'bmp.peer.flags.adj_rib_out': (message) =>
    'peer' in message && message.peer.type !== 'locRib' ? [Number(message.peer.view.startsWith('adjOut'))] : [],
  'bmp.peer.asn': (message) => ('peer' in message ? [message.peer.asn] : []),
  'bgp.nlri_prefix': (message) => announced(message, 'ipv4'),
  'bgp.mp_reach_nlri_ipv6_prefix': (message) => announced(message, 'ipv6'),
  'bgp.withdrawn_prefix': (message) => withdrawn(message, 'ipv4'),
  'bgp.mp_unreach_nlri_ipv6_prefix': (message) => withdrawn(message, 'ipv6'),
  'bgp.update.path_attribute.next_hop': (message) => nextHop(message, 'ipv4'),
  'bgp.update.path_attribute.mp_reach_nlri.next_hop.ipv6': (message) => nextHop(message, 'ipv6'),
  'bgp.update.path_attribute.as_path_segment.as4': (message) =>
    (attributesOf(message)?.asPath ?? []).flatMap(({ asns }) => asns),
  'bgp.update.path_attribute.multi_exit_disc': (message) => present(attributesOf(message)?.med),
  'bgp.update.path_attribute.local_pref': (message) => present(attributesOf(message)?.localPref),
  'bmp.peer.down.reason': (message) =>
    message.type === 'peerDown' && message.reason.by in REASONS
      ? [REASONS[message.reason.by as keyof typeof REASONS]]
      : [],
  'bgp.open.holdtime': (message) => opens(message).map((open) => open.holdTimeSeconds),
  'bgp.cap.4as': (message) =>
    opens(message)
      .filter((open) => open.fourOctetAsns)
      .map((open) => open.asn),
  'bmp.peer.up.port.local': (message) => (message.type === 'peerUp' ? [message.localPort] : []),
  'bmp.stats.type': (message) => (message.type === 'statistics' ? message.statistics.map(({ type }) => type) : []),
}

const isIpv6 = (address: string | null) => address?.includes(':') ?? false
const present = (value: number | null | undefined) => (value === null || value === undefined ? [] : [value])
const attributesOf = (message: BmpMessage) => (message.type === 'routeMonitoring' ? message.update.attributes : null)
const opens = (message: BmpMessage): PeerUp['sent'][] =>
  message.type === 'peerUp' ? [message.sent, message.received] : []
const addressOf = ({ prefix }: { prefix: string }) => prefix.split('/')[0] ?? ''

function announced(message: BmpMessage, family: 'ipv4' | 'ipv6'): string[] {
  if (message.type !== 'routeMonitoring') return []
  return message.update.announced
    .filter((one) => one.family === family)
    .flatMap(({ prefixes }) => prefixes.map(addressOf))
}

function withdrawn(message: BmpMessage, family: 'ipv4' | 'ipv6'): string[] {
  if (message.type !== 'routeMonitoring') return []
  return message.update.withdrawn
    .filter((one) => one.family === family)
    .flatMap(({ prefixes }) => prefixes.map(addressOf))
}

function nextHop(message: BmpMessage, family: 'ipv4' | 'ipv6'): (string | null)[] {
  if (message.type !== 'routeMonitoring') return []
  return message.update.announced.filter((one) => one.family === family).map((one) => one.nextHop)
}

/** Returns the values of both decoders, in one line for each field that is present. */
function compare(all: readonly Uint8Array[]): { ours: string[]; theirs: string[] } {
  const names = Object.keys(FIELDS)
  const lines = (values: (message: number, field: number) => readonly (string | number | null)[]) =>
    all.flatMap((_, message) =>
      names.flatMap((name, field) => {
        const texts = values(message, field).map((value) => canonicalizeAddress(String(value)) ?? String(value))
        return texts.length > 0 ? [`${message} ${name} ${texts.join(' ')}`] : []
      }),
    )
  const read = all.map((bytes) => [...new BmpDecoder().push(bytes)][0])
  const dissected = dissectWithTshark(all, names)
  return {
    ours: lines((message, field) => {
      const one = read[message]
      return one ? (FIELDS[names[field] ?? '']?.(one) ?? []) : []
    }),
    theirs: lines((message, field) => dissected[message]?.[field] ?? []),
  }
}

/**
 * Reports whether a message is compared. Messages are left out if Wireshark 4.0 reads them differently from the RFCs or
 * guesses. It reads flag F of a Loc-RIB as
 * flag V, misreads the bytes after an unknown statistic, guesses the length of ASNs, and mistakes a default route among
 * other routes for path identifiers.
 */
function isComparable(message: BmpMessage): boolean {
  if ('peer' in message && message.peer.filtered) return false
  if (message.type === 'statistics' || message.type === 'unreadable') return false
  if (message.type === 'skipped' || message.type === 'termination' || message.type === 'initiation') return false
  if (message.type === 'peerUp') return true
  if (message.type === 'routeMonitoring') return !message.peer.twoOctetAsns && !hasDefaultRoute(message.update)
  return message.reason.by !== 'unknown' && message.reason.by !== 'localTable'
}

function hasDefaultRoute({ announced, withdrawn }: BgpUpdate): boolean {
  return [...announced, ...withdrawn].some(({ prefixes }) => prefixes.some(({ prefix }) => prefix.endsWith('/0')))
}

function plain(message: BmpMessage): BmpMessage {
  if (message.type !== 'routeMonitoring') return message
  const attributes = { ...message.update.attributes, others: [] }
  return { ...message, update: { ...message.update, attributes } }
}

const version = findTshark()
describe.skipIf(version === null)(`messages as Wireshark reads them (${version ?? 'tshark is not installed'})`, () => {
  it('those of real routers', () => {
    const { ours, theirs } = compare(
      [...Object.values(frrBmpMessageBytes), ...Object.values(gobgpBmpMessageBytes)].map(bytesOfHex),
    )
    expect(ours).toEqual(theirs)
    expect(ours.length).toBeGreaterThan(80)
  })

  it('any others', () => {
    const samples = fc.sample(fc.oneof(arbitraryIndependentBmpMessages, peerUps).filter(isComparable).map(plain), {
      numRuns: 300,
      seed: 7854,
    })
    const { ours, theirs } = compare(samples.map((message) => encodeBmp(message)))
    expect(ours).toEqual(theirs)
  })
})
