import { formatAddress } from '#lib/bgp/index.ts'
import type { RouterSoftware } from '../api/router-configuration.ts'
import type { WantedSession } from './wanted-session.ts'

/** Placeholder for the MD5 key in a configuration, because Peerwatch does not store keys. */
const KEY_PLACE = 'MD5-KEY'

/**
 * Names of policies and prefix lists in the configuration. IN is for routes that the router receives; `outOf` returns
 * the name for routes that it advertises, for example `AZURE-PRIVATE-OUT-4`.
 */
const IN = 'AZURE-IN'
const outOf = ({ peering, family }: WantedSession) =>
  `${peering
    .replace(/Peering$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toUpperCase()}-OUT-${family}`

interface Text {
  circuit: string
  /** Name of the router's port, without a unit or subinterface. */
  port: string
  /** The sessions of one circuit path, at least one. */
  sessions: readonly WantedSession[]
}

interface Template {
  /** Name of the port that is used if the user does not give one. */
  port: string
  lines: (text: Text) => string[]
}

/**
 * Templates for the configuration of one circuit path, by router software.
 * Sources: Azure documentation, "Router configuration samples" (IOS XE, Junos, EOS) and "Configure BFD over
 * ExpressRoute"; docs.frrouting.org (BGP, BFD, VLAN interfaces by their Linux names); Cisco IOS XR BGP and routing
 * policy guides (an external session without a policy accepts and sends no routes); RFC 8212 in FRR; GoBGP's
 * configuration document.
 */
const templates: Record<RouterSoftware, Template> = {
  iosXe: {
    port: 'GigabitEthernet0/0/0',
    lines: industryLines({
      tags: (outer, inner) => `encapsulation dot1Q ${outer ?? inner}${outer === null ? '' : ` second-dot1Q ${inner}`}`,
      ipv4: (local, length) => `ip address ${local} ${netmask(length)}`,
      linkBfd: 'bfd interval 300 min_rx 300 multiplier 3',
      bfd: 'fall-over bfd',
    }),
  },
  iosXr: {
    port: 'TenGigE0/0/0/0',
    lines: (text) => [
      ...subinterface(text, {
        tags: (outer, inner) =>
          `encapsulation dot1q ${outer ?? inner}${outer === null ? '' : ` second-dot1q ${inner}`}`,
        ipv4: (local, length) => `ipv4 address ${local} ${netmask(length)}`,
        linkBfd: null,
      }),
      '!',
      `route-policy ${IN}`,
      '  pass',
      'end-policy',
      '!',
      ...text.sessions.flatMap((session) => xrPolicy(session)),
      `router bgp ${asnOf(text)}`,
      ...text.sessions.flatMap(({ family }) => [` address-family ipv${family} unicast`, ' !']),
      ...text.sessions.flatMap((session) => xrNeighbor(session)),
    ],
  },
  eos: {
    port: 'Ethernet1',
    lines: industryLines({
      tags: (outer, inner) => `encapsulation dot1q vlan ${outer ?? inner}${outer === null ? '' : ` inner ${inner}`}`,
      ipv4: (local, length) => `ip address ${local}/${length}`,
      linkBfd: 'bfd interval 300 min-rx 300 multiplier 3',
      bfd: 'bfd',
    }),
  },
  frr: {
    port: 'eth0',
    lines: industryLines({
      tags: () => null,
      ipv4: (local, length) => `ip address ${local}/${length}`,
      linkBfd: null,
      bfd: 'bfd',
      asksIn: true,
    }),
  },
  junos: { port: 'xe-0/0/0', lines: junosLines },
  gobgp: { port: '', lines: gobgpLines },
}

/**
 * Returns the configuration of the customer's router for one circuit path, as lines. Values that ARM does not report
 * are left out.
 * @param port name of the port on the router; '' = use a common name
 */
export function renderConfiguration(
  software: RouterSoftware,
  circuit: string,
  port: string,
  sessions: readonly WantedSession[],
): string {
  const template = templates[software]
  const lines = sessions.length === 0 ? [] : template.lines({ circuit, port: port || template.port, sessions })
  return lines.map((line) => `${line}\n`).join('')
}

const netmask = (length: number): string =>
  formatAddress({ family: 4, value: ((1n << BigInt(length)) - 1n) << BigInt(32 - length) })

const asnOf = ({ sessions }: Text): string => String(sessions[0]?.localAsn ?? 'ASN')

interface LinkText {
  tags: (outer: number | null, inner: number) => string | null
  ipv4: (local: string, length: number) => string
  linkBfd: string | null
}

/** Returns the lines for the subinterface of a path, in the syntax that IOS XE, IOS XR, EOS and FRR share. */
function subinterface({ circuit, port, sessions }: Text, words: LinkText): string[] {
  const [{ vlan, outerVlan, path } = { vlan: null, outerVlan: null, path: 'primary' }] = sessions
  const tags = vlan === null ? null : words.tags(outerVlan, vlan)
  return [
    `interface ${port}${vlan === null ? '' : `.${vlan}`}`,
    ` description Azure ${circuit}, ${path} path`,
    ...(tags === null ? [] : [` ${tags}`]),
    ...sessions.map(({ family, local, length }) =>
      family === 4 ? ` ${words.ipv4(local, length)}` : ` ipv6 address ${local}/${length}`,
    ),
    ...(words.linkBfd !== null && sessions.some(({ bfd }) => bfd) ? [` ${words.linkBfd}`] : []),
  ]
}

/**
 * Advertised prefixes of a session with the same number of prepends. `prefixes` null = all prefixes; `times` = how
 * often the router prepends its own ASN.
 */
interface Part {
  name: string
  prefixes: readonly string[] | null
  times: number
}

function partsOf(session: WantedSession): Part[] {
  const { announced, localAsn, prepends, prepended } = session
  const name = outOf(session)
  if (prepended && localAsn !== null)
    return prepended.map(({ times, prefixes }) => ({ name: `${name}-PREPEND-${times}`, prefixes, times }))
  return [{ name, prefixes: announced, times: localAsn === null ? 0 : (prepends ?? 0) }]
}

const repeated = ({ localAsn }: WantedSession, times: number): string =>
  Array.from({ length: times }, () => localAsn).join(' ')

const isFiltered = (session: WantedSession): boolean =>
  !session.isPolicyLeftOut && (session.announced !== null || partsOf(session).some(({ times }) => times > 0))

/** Returns the lines of the prefix lists and route maps that select the routes to advertise. */
function routeMaps({ sessions }: Text): string[] {
  return sessions.filter(isFiltered).flatMap((session) => {
    const ip = session.family === 4 ? 'ip' : 'ipv6'
    const parts = partsOf(session)
    return [
      ...parts.flatMap(({ name, prefixes }) =>
        (prefixes ?? []).map((prefix, index) => `${ip} prefix-list ${name} seq ${5 * (index + 1)} permit ${prefix}`),
      ),
      ...parts.flatMap(({ name, prefixes, times }, index) => [
        `route-map ${outOf(session)} permit ${10 * (index + 1)}`,
        ...(prefixes ? [` match ${ip} address prefix-list ${name}`] : []),
        ...(times > 0 ? [` set as-path prepend ${repeated(session, times)}`] : []),
      ]),
    ]
  })
}

interface SessionText extends LinkText {
  bfd: string
  /**
   * True if the software accepts no routes without an import policy (RFC 8212). The configuration then contains one.
   */
  asksIn?: true
}

/** Returns a template in the syntax that IOS XE, EOS and FRR share. */
function industryLines({ bfd: bfdWord, asksIn, ...words }: SessionText): Template['lines'] {
  return (text) => [
    ...subinterface(text, words),
    ...routeMaps(text),
    ...(asksIn ? [`route-map ${IN} permit 10`] : []),
    `router bgp ${asnOf(text)}`,
    ...text.sessions.flatMap(({ neighbor, remoteAsn, md5, bfd }) => [
      ` neighbor ${neighbor} remote-as ${remoteAsn}`,
      ...(md5 === 'set' ? [` neighbor ${neighbor} password ${KEY_PLACE}`] : []),
      ...(bfd ? [` neighbor ${neighbor} ${bfdWord}`] : []),
    ]),
    ...text.sessions.flatMap((session) => [
      ` address-family ipv${session.family} unicast`,
      `  neighbor ${session.neighbor} activate`,
      ...(asksIn ? [`  neighbor ${session.neighbor} route-map ${IN} in`] : []),
      ...(isFiltered(session) ? [`  neighbor ${session.neighbor} route-map ${outOf(session)} out`] : []),
      ' exit-address-family',
    ]),
  ]
}

function xrPolicy(session: WantedSession): string[] {
  const { announced, localAsn, isPolicyLeftOut } = session
  if (isPolicyLeftOut) return []
  const parts = partsOf(session)
  const passesOf = ({ times }: Part) => [...(times > 0 ? [`prepend as-path ${localAsn} ${times}`] : []), 'pass']
  return [
    ...parts.flatMap(({ name, prefixes }) =>
      prefixes
        ? [
            `prefix-set ${name}`,
            ...prefixes.map((prefix, index) => `  ${prefix}${index < prefixes.length - 1 ? ',' : ''}`),
            'end-set',
            '!',
          ]
        : [],
    ),
    `route-policy ${outOf(session)}`,
    ...(announced ? [] : ['  # lets every route out: list yours']),
    ...parts.flatMap((part) =>
      part.prefixes
        ? [`  if destination in ${part.name} then`, ...passesOf(part).map((line) => `    ${line}`), '  endif']
        : passesOf(part).map((line) => `  ${line}`),
    ),
    'end-policy',
    '!',
  ]
}

function xrNeighbor(session: WantedSession): string[] {
  const { neighbor, remoteAsn, md5, bfd, family, isPolicyLeftOut } = session
  return [
    ` neighbor ${neighbor}`,
    `  remote-as ${remoteAsn}`,
    ...(md5 === 'set' ? [`  password clear ${KEY_PLACE}`] : []),
    ...(bfd ? ['  bfd fast-detect', '  bfd minimum-interval 300', '  bfd multiplier 3'] : []),
    `  address-family ipv${family} unicast`,
    `   route-policy ${IN} in`,
    ...(isPolicyLeftOut ? [] : [`   route-policy ${outOf(session)} out`]),
    '  !',
    ' !',
  ]
}

function junosLines({ circuit, port, sessions }: Text): string[] {
  const [first] = sessions
  if (!first) return []
  const { vlan, outerVlan, path } = first
  const unit = `set interfaces ${port} unit ${vlan ?? 0}`
  return [
    ...(vlan === null
      ? []
      : [
          `set interfaces ${port} ${outerVlan === null ? 'vlan-tagging' : 'flexible-vlan-tagging'}`,
          outerVlan === null ? `${unit} vlan-id ${vlan}` : `${unit} vlan-tags outer ${outerVlan} inner ${vlan}`,
        ]),
    `${unit} description "Azure ${circuit}, ${path} path"`,
    ...sessions.map(({ family, local, length }) => `${unit} family ${inet(family)} address ${local}/${length}`),
    ...(first.localAsn === null ? [] : [`set routing-options autonomous-system ${first.localAsn}`]),
    ...sessions.filter(isFiltered).flatMap((session) => junosPolicy(session)),
    ...sessions.flatMap((session) => {
      const neighbor = `set protocols bgp group azure neighbor ${session.neighbor}`
      return [
        `${neighbor} peer-as ${session.remoteAsn}`,
        `${neighbor} family ${inet(session.family)} unicast`,
        ...(session.md5 === 'set' ? [`${neighbor} authentication-key "${KEY_PLACE}"`] : []),
        ...(session.bfd
          ? [
              `${neighbor} bfd-liveness-detection minimum-interval 300`,
              `${neighbor} bfd-liveness-detection multiplier 3`,
            ]
          : []),
        ...(isFiltered(session) ? [`${neighbor} export ${outOf(session)}`] : []),
      ]
    }),
  ]
}

const inet = (family: 4 | 6): string => (family === 4 ? 'inet' : 'inet6')

function junosPolicy(session: WantedSession): string[] {
  const policy = `set policy-options policy-statement ${outOf(session)}`
  const parts = partsOf(session)
  return [
    ...parts.flatMap(({ prefixes, times }) => {
      const term = `${policy} term ${parts.length > 1 ? `own-${times}` : 'own'}`
      return [
        ...(prefixes ?? []).map((prefix) => `${term} from route-filter ${prefix} exact`),
        ...(times > 0 ? [`${term} then as-path-prepend "${repeated(session, times)}"`] : []),
        `${term} then accept`,
      ]
    }),
    ...(session.announced ? [`${policy} then reject`] : []),
  ]
}

/**
 * Returns the configuration for GoBGP. It contains no interfaces and no BFD, because GoBGP has neither. It contains no
 * export policies, because in GoBGP they apply to the whole router.
 */
function gobgpLines({ sessions }: Text): string[] {
  const [first] = sessions
  if (!first) return []
  return [
    '[global.config]',
    ...(first.localAsn === null ? [] : [`  as = ${first.localAsn}`]),
    ...(first.family === 4 ? [`  router-id = "${first.local}"`] : []),
    ...sessions.flatMap(({ neighbor, remoteAsn, md5, family }) => [
      '[[neighbors]]',
      '  [neighbors.config]',
      `    neighbor-address = "${neighbor}"`,
      `    peer-as = ${remoteAsn}`,
      ...(md5 === 'set' ? [`    auth-password = "${KEY_PLACE}"`] : []),
      '  [[neighbors.afi-safis]]',
      '    [neighbors.afi-safis.config]',
      `      afi-safi-name = "ipv${family}-unicast"`,
    ]),
  ]
}
