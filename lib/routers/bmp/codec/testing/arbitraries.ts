import type { BgpNotification, PeerDownReason } from '#lib/contract/index.ts'
/** Generators of all messages that a router can send, in decoded form. */
import fc from 'fast-check'
import { canonicalizePrefix, formatAddress } from '#lib/bgp/index.ts'
import type { AsPathSegment } from '#lib/bgp/index.ts'
import type { PathAttributes } from '../attributes.ts'
import { type AddressFamily, addressFamilies } from '../address-family.ts'
import type { BmpMessage } from '../message.ts'
import type { BgpOpen } from '../open.ts'
import type { PeerHeader } from '../peer-header.ts'
import type { PrefixWithOptionalPathId } from '../prefixes.ts'
import type { BmpStatistic } from '../statistics.ts'
import type { BgpUpdate } from '../update.ts'

const u16 = fc.integer({ min: 0, max: 0xffff })
const u32 = fc.integer({ min: 0, max: 0xffffffff })
const ipv4 = u32.map((value) => formatAddress({ family: 4, value: BigInt(value) }))
/** Excludes addresses that are printed as IPv4-mapped. */
const ipv6 = fc.bigInt({ min: 1n << 100n, max: (1n << 128n) - 1n }).map((value) => formatAddress({ family: 6, value }))
const neighbor = fc.oneof(
  ipv4.filter((address) => address !== '0.0.0.0'),
  ipv6,
)
const text = fc
  .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 })
  .map((value) => value.trim())
  .filter((value) => value !== '')

export const peerHeaders: fc.Arbitrary<PeerHeader> = fc
  .record({
    type: fc.constantFrom('global' as const, 'distinguished' as const, 'local' as const),
    view: fc.constantFrom('adjInPre' as const, 'adjInPost' as const, 'adjOutPre' as const, 'adjOutPost' as const),
    distinguisher: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex')),
    address: fc.option(neighbor),
    asn: u32,
    bgpId: ipv4,
    twoOctetAsns: fc.boolean(),
    filtered: fc.constant(false),
    seconds: fc.option(fc.integer({ min: 1, max: 0xffffffff })),
    microseconds: fc.integer({ min: 0, max: 999_999 }),
  })
  .chain((peer) =>
    fc.boolean().map(
      (isLocRib): PeerHeader =>
        isLocRib
          ? {
              ...peer,
              type: 'locRib',
              view: 'locRib',
              address: null,
              twoOctetAsns: false,
              filtered: peer.twoOctetAsns,
            }
          : peer,
    ),
  )

export const arbitraryOpenMessages: fc.Arbitrary<BgpOpen> = fc
  .record({
    asn: u32,
    holdTimeSeconds: u16,
    bgpId: ipv4,
    families: fc.uniqueArray(fc.constantFrom(...addressFamilies)),
    addPath: fc.array(
      fc.record({ family: fc.constantFrom(...addressFamilies), sends: fc.boolean(), receives: fc.boolean() }),
      { maxLength: 3 },
    ),
    gracefulRestart: fc.option(fc.record({ seconds: fc.integer({ min: 0, max: 0xfff }) })),
    others: fc.uniqueArray(fc.integer({ min: 70, max: 255 }), { maxLength: 4 }),
    fourOctetAsns: fc.boolean(),
  })
  .map(({ others, ...open }) => ({
    ...open,
    asn: open.fourOctetAsns ? open.asn : open.asn & 0xffff,
    capabilities: [
      ...(open.families.length > 0 ? [1] : []),
      ...(open.gracefulRestart ? [64] : []),
      ...(open.fourOctetAsns ? [65] : []),
      ...(open.addPath.length > 0 ? [69] : []),
      ...others,
    ],
  }))

const notifications: fc.Arbitrary<BgpNotification> = fc.oneof(
  fc.record({
    code: fc.integer({ min: 0, max: 255 }),
    subcode: fc.integer({ min: 10, max: 255 }),
    communication: fc.constant(null),
    hardResetOf: fc.constant(null),
  }),
  fc.record({
    code: fc.constant(6),
    subcode: fc.constantFrom(2, 4),
    communication: fc.option(text),
    hardResetOf: fc.constant(null),
  }),
  fc.record({
    code: fc.constant(6),
    subcode: fc.constant(9),
    communication: fc.option(text),
    hardResetOf: fc.constant({ code: 6, subcode: 2 }),
  }),
)

const reasons: fc.Arbitrary<PeerDownReason> = fc.oneof(
  fc.record({
    by: fc.constantFrom('local' as const, 'remote' as const),
    notification: fc.option(notifications),
  }),
  u16.map((fsmEvent) => ({ by: 'localWithoutNotification' as const, fsmEvent })),
  fc.constantFrom({ by: 'remoteWithoutNotification' as const }, { by: 'monitoringStopped' as const }),
  fc.option(text).map((tableName) => ({ by: 'localTable' as const, tableName })),
  fc.integer({ min: 7, max: 255 }).map((code) => ({ by: 'unknown' as const, code })),
)

/** Generates AS paths without two consecutive sequences, because the decoder joins these into one. */
const paths = (types: AsPathSegment['type'][]): fc.Arbitrary<AsPathSegment[]> =>
  fc
    .array(fc.record({ type: fc.constantFrom(...types), asns: fc.array(u32, { minLength: 1, maxLength: 6 }) }), {
      maxLength: 4,
    })
    .map((all) => all.filter((segment, at) => segment.type !== 'sequence' || all[at - 1]?.type !== 'sequence'))

function attributesOf(twoOctetAsns: boolean): fc.Arbitrary<PathAttributes> {
  return fc.record({
    // without ORIGIN and AS_PATH an advertisement counts as withdrawn (RFC 7606)
    origin: fc.constantFrom('igp' as const, 'egp' as const, 'incomplete' as const),
    // AS4_PATH has no confederation segments
    asPath: paths(twoOctetAsns ? ['set', 'sequence'] : ['set', 'sequence', 'confedSequence', 'confedSet']),
    med: fc.option(u32),
    localPref: fc.option(u32),
    atomicAggregate: fc.boolean(),
    aggregator: fc.option(fc.record({ asn: u32, address: ipv4 })),
    communities: fc.array(
      fc.tuple(u16, u16).map((pair) => pair.join(':')),
      { maxLength: 70 },
    ),
    extendedCommunities: fc.array(
      fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex')),
      { maxLength: 3 },
    ),
    largeCommunities: fc.array(
      fc.tuple(u32, u32, u32).map((parts) => parts.join(':')),
      { maxLength: 3 },
    ),
    others: fc
      .uniqueArray(fc.integer({ min: 40, max: 255 }), { maxLength: 2 })
      .map((types) => types.map((type) => ({ type, flags: 0xc0, value: Uint8Array.of(type, 0, 255) }))),
    unreadable: fc.constant([]),
  })
}

function prefixesOf(family: AddressFamily, withPathIds: boolean): fc.Arbitrary<PrefixWithOptionalPathId[]> {
  const [address, width] = family === 'ipv4' ? [ipv4, 32] : [ipv6, 128]
  const prefix = fc
    .tuple(address, fc.integer({ min: family === 'ipv4' ? 0 : 30, max: width }))
    .map(([start, length]) => canonicalizePrefix(`${start}/${length}`) ?? '')
  return fc.array(fc.record({ prefix, pathId: withPathIds ? u32 : fc.constant(null) }), { minLength: 1, maxLength: 8 })
}

export function createArbitraryBgpUpdates(
  twoOctetAsns: boolean,
  addPath: readonly AddressFamily[],
): fc.Arbitrary<BgpUpdate> {
  const prefixes = (family: AddressFamily) => prefixesOf(family, addPath.includes(family))
  return fc
    .record({
      attributes: attributesOf(twoOctetAsns),
      announcesV4: fc.option(prefixes('ipv4')),
      announcesV6: fc.option(prefixes('ipv6')),
      withdrawsV4: fc.option(prefixes('ipv4')),
      withdrawsV6: fc.option(prefixes('ipv6')),
      nextHopV4: ipv4,
      nextHopV6: ipv6,
    })
    .map(({ attributes, announcesV4, announcesV6, withdrawsV4, withdrawsV6, nextHopV4, nextHopV6 }) => ({
      announced: [
        ...(announcesV4 ? [{ family: 'ipv4' as const, nextHop: nextHopV4, prefixes: announcesV4 }] : []),
        ...(announcesV6 ? [{ family: 'ipv6' as const, nextHop: nextHopV6, prefixes: announcesV6 }] : []),
      ],
      withdrawn: [
        ...(withdrawsV4 ? [{ family: 'ipv4' as const, prefixes: withdrawsV4 }] : []),
        ...(withdrawsV6 ? [{ family: 'ipv6' as const, prefixes: withdrawsV6 }] : []),
      ],
      attributes,
      endOfRib: null,
      hasOtherFamilies: false,
    }))
    .filter((update) => update.announced.length + update.withdrawn.length > 0)
}

const NAMED: Readonly<Record<number, string>> = {
  0: 'prefixesRejected',
  7: 'routesAdjRibIn',
  11: 'updatesTreatedAsWithdraw',
}
const statistics: fc.Arbitrary<BmpStatistic> = fc.oneof(
  fc
    .record({ type: fc.constantFrom(0, 7, 11, 65_531), value: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }) })
    .map(({ type, value }) => ({ type, name: NAMED[type] ?? null, value, family: null })),
  fc
    .bigInt({ min: 0n, max: (1n << 64n) - 1n })
    .map((value) => ({ type: 9, name: 'routesAdjRibInByFamily', value, family: '2/1' })),
)

/** Messages that do not depend on other messages. */
export const arbitraryIndependentBmpMessages: fc.Arbitrary<BmpMessage> = fc.oneof(
  peerHeaders.chain((peer) =>
    createArbitraryBgpUpdates(peer.twoOctetAsns, []).map((update) => ({
      type: 'routeMonitoring' as const,
      peer,
      update,
    })),
  ),
  fc.record({
    type: fc.constant('statistics' as const),
    peer: peerHeaders,
    statistics: fc.array(statistics, { maxLength: 5 }),
  }),
  fc.record({ type: fc.constant('peerDown' as const), peer: peerHeaders, reason: reasons }),
  fc.record({
    type: fc.constant('initiation' as const),
    sysName: fc.option(text),
    sysDescr: fc.option(text),
    texts: fc.array(text, { maxLength: 3 }),
  }),
  fc.record({
    type: fc.constant('termination' as const),
    reason: fc.option(u16),
    texts: fc.array(text, { maxLength: 2 }),
  }),
  fc.integer({ min: 6, max: 255 }).map((code) => ({ type: 'skipped' as const, code })),
)

/** Peer Up messages. */
export const peerUps = fc
  .record({
    peer: peerHeaders,
    localPort: u16,
    remotePort: u16,
    sent: arbitraryOpenMessages,
    received: arbitraryOpenMessages,
    tableName: fc.option(text),
    texts: fc.array(text, { maxLength: 2 }),
    v4: ipv4.filter((address) => address !== '0.0.0.0'),
    v6: ipv6,
  })
  .map(({ v4, v6, ...up }) => ({
    type: 'peerUp' as const,
    ...up,
    localAddress: up.peer.address === null ? null : up.peer.address.includes(':') ? v6 : v4,
  }))
