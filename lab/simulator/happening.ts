/** What happens to a scenario's estate, and when. A happening says what is done; `consequences.ts` says what follows. */
import { z } from 'zod'
import { addressText, armName, asn, asPath, duration, moment, pathName, peeringType, prefixSet } from './vocabulary.ts'

const timed = {
  id: z.string().min(1).optional(),
  note: z.string().optional(),
  at: moment,
  /** How long; or `until`. Neither: for good. */
  for: duration.optional(),
  until: moment.optional(),
  /** Start to start of the repetitions, and how many in all (without `times`: for ever). */
  every: duration.optional(),
  times: z.int().min(1).optional(),
}

const onCircuit = { circuit: armName, peering: peeringType.default('AzurePrivatePeering') }
const detection = z.union([z.enum(['bfd', 'hold']), duration])

/** From a stage of Microsoft's work to its notice in the Activity log. */
const noticeDelay = duration.default('10m')

const selector = {
  site: armName.optional(),
  prefixes: z.array(prefixSet).optional(),
  circuit: armName.optional(),
  peering: peeringType.optional(),
  path: pathName.optional(),
  connection: armName.optional(),
  /** From the edge to the gateway. */
  propagation: duration.optional(),
}

export const FAULTS = [
  '429', '500', '503', '401', '403', '404', '409', 'garbage', 'half-body', 'html', 'empty', 'null', 'no-body', 'null-value',
  'nothing', 'reset', 'slow', 'never-done', 'failed', 'empty-table', 'missing-instance', 'duplicate-rows', 'shuffled',
  'spelling', 'long-spelling', 'whole-seconds', 'cached', 'null-duration', 'state-unknown',
  'other-view',
] as const // biome-ignore format: a list

const op = <Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) =>
  z.strictObject({ op: z.literal(name), ...timed, ...shape })

export const happeningSchema = z
  .discriminatedUnion('op', [
    /** The link between CE and MSEE: bytes stop at once, BGP notices when its timer says so. */
    op('cut-path', {
      ...onCircuit,
      path: z.enum(['primary', 'secondary', 'both']),
      detection: detection.default('bfd'),
      /** When the ARP entry of the far end fails; with the session unless given. */
      arpAfter: duration.optional(),
      reconnect: duration.optional(),
      routesAfter: duration.optional(),
    }),
    /** A BGP session: either CE and MSEE (`circuit`, `path`), or gateway and neighbour. The link stays. */
    op('session-loss', {
      circuit: armName.optional(),
      peering: peeringType.default('AzurePrivatePeering'),
      path: pathName.optional(),
      gateway: armName.optional(),
      instance: addressText.optional(),
      neighbor: addressText.optional(),
      /** The state that the summary names, for instance `Active` or `Idle (PfxCt)`. */
      word: z.string().default('Idle'),
      routesAfter: duration.optional(),
    }),
    /** A whole Microsoft edge router: its session to the CE and those to the gateways. */
    op('msee-loss', { ...onCircuit, path: pathName, detection: detection.default('bfd') }),
    /** One gateway instance: its sessions fall and its rows are absent. */
    op('instance-loss', {
      gateway: armName,
      instance: addressText,
      /** From its rows being there again to its sessions being up. */
      reconnect: duration.default('5s'),
      /** Microsoft's own work, which Service Health announces this long before. */
      announced: duration.optional(),
      noticeDelay,
    }),
    /** An IPsec tunnel of a VPN connection, or all of them: BGP over it falls as well, where there is any. */
    op('tunnel-loss', {
      connection: armName,
      instance: addressText.optional(),
      /** From the tunnel's end to that of the session over it. */
      bgpAfter: duration.default('0s'),
    }),
    /** A peer of a Route Server, or all of them: its session ends, and what it announced is gone. */
    op('peer-loss', {
      routeServer: armName,
      name: armName.optional(),
      word: z.enum(['NotConnected', 'Connecting']).default('NotConnected'),
    }),
    /** A Global Reach connection: neither IP version of it is connected while this lasts. */
    op('reach-loss', {
      reach: armName,
      word: z.enum(['Disconnected', 'Connecting']).default('Disconnected'),
    }),
    /** A hub of a Virtual WAN loses what one of its connections brings: a circuit, a VPN site or a BGP peer, by the connection's name. */
    op('hub-loss', { hub: armName, name: armName }),
    /** The light of one direction of a link of an ExpressRoute Direct port falls evenly to a level, and is as before afterwards. */
    op('metric-delay', {
      /** How a point reads before it has its value: `missing`, `zero`, or a `part` of the value, another one with each minute. */
      reads: z.enum(['missing', 'zero', 'part']),
      /** Only for a resource of this name. */
      resource: z.string().optional(),
      /** Only for this metric. */
      metric: z.string().optional(),
      /** From the end of a point's time until it has its value: each point has a length of its own between the two. */
      least: duration.optional(),
      late: duration.default('2m'),
    }),
    op('light-fade', {
      port: armName,
      link: z.enum(['link1', 'link2']),
      signal: z.enum(['rx', 'tx']).default('rx'),
      /** dBm */
      to: z.number(),
      /** until it is at that level */
      over: duration.default('0s'),
    }),
    /** The virtual machine of a network interface is stopped: Azure has no effective routes of it meanwhile. */
    op('machine-stop', { interface: armName }),
    /** A circuit's policer drops what is beyond its bandwidth in a burst; what arrives is as before. */
    op('qos-drop', {
      circuit: armName,
      direction: z.enum(['in', 'out', 'both']).default('out'),
      mbps: z.number().positive(),
    }),
    /** No message comes over a session, which stays up until somebody else ends it; afterwards its counter catches up. */
    op('keepalive-stall', { gateway: armName, instance: addressText.optional(), neighbor: addressText }),
    /** Everything up, and packets are lost (green but dead). */
    op('blackhole', {
      ...onCircuit,
      path: z.enum(['primary', 'secondary', 'both']).default('both'),
      direction: z.enum(['in', 'out', 'both']).default('both'),
      share: z.number().min(0).max(1).default(1),
    }),
    op('withdraw', selector),
    /** Prefixes that are not usually there: a leak, a more specific, a default route. */
    op('announce', { ...selector, prefixes: z.array(prefixSet).min(1), asPath }),
    /** By the customer (their ASN) or, with asn 12076 as in a Microsoft drain, on both sides of the MSEE. */
    op('prepend', { ...selector, count: z.int().min(1).max(30).default(8), asn: asn.optional() }),
    op('counter-reset', { circuit: armName, peering: peeringType.optional() }),
    /** Scales a demand. */
    op('traffic', { demand: armName.optional(), factor: z.number().min(0).max(1000) }),
    /** Microsoft's: prepend, then the sessions of one MSEE, then the prepend off; published in Service Health. */
    op('maintenance', {
      ...onCircuit,
      path: pathName,
      drain: duration.default('10m'),
      down: duration.default('20m'),
      undrain: duration.default('10m'),
      announced: duration.default('7d'),
      noticeDelay,
      trackingId: z.string().optional(),
    }),
    /** Somebody changes the estate; the Activity log reports it later. `set` is merged into the scenario's own words. */
    op('configuration', {
      kind: z.enum(['circuit', 'peering', 'connection', 'gateway', 'vnet', 'vnet-peering', 'route-filter']),
      name: armName,
      /** The peering, when kind is `peering` or `vnet-peering`. */
      child: armName.optional(),
      set: z.record(z.string(), z.unknown()).default({}),
      /** The object is not there while this lasts. */
      absent: z.boolean().default(false),
      caller: z.string().default('network.admin@contoso.example'),
      operation: z.string().optional(),
      logDelay: duration.default('5m'),
      /** Whether the Activity log has it: changes by a provider or by Azure itself are not there. */
      logged: z.boolean().default(true),
      /** From the change to the sessions that end with it. */
      takes: duration.default('0s'),
    }),
    /** ARM itself misbehaves. */
    op('api-fault', {
      fault: z.enum(FAULTS),
      /** An operation such as `gateway.peers`, a family such as `circuit`, or all. */
      operation: z.string().default('*'),
      /** Only for resources of this name. */
      resource: z.string().optional(),
      subscription: z.string().optional(),
      /** Only for requests of this identity: its client id. */
      principal: z.string().optional(),
      retryAfter: z.int().min(0).optional(),
      instance: addressText.optional(),
      neighbor: addressText.optional(),
      /** Only tables of this path of a circuit. */
      path: pathName.optional(),
      /** `other-view`: by how much younger its sessions are than they truly are. */
      skew: duration.default('20m'),
    }),
  ])
  .superRefine((h, ctx) => {
    if (h.for && h.until) ctx.addIssue({ code: 'custom', path: ['until'], message: 'give either "for" or "until"' })
    if (h.times && !h.every) ctx.addIssue({ code: 'custom', path: ['times'], message: '"times" needs "every"' })
    if ((h.op === 'withdraw' || h.op === 'announce' || h.op === 'prepend') && !h.site && !h.circuit && !h.connection)
      ctx.addIssue({ code: 'custom', message: `${h.op} needs a site, a circuit or a connection` })
    if (h.op === 'session-loss' && Boolean(h.circuit && h.path) === Boolean(h.gateway))
      ctx.addIssue({ code: 'custom', message: 'session-loss needs either circuit and path, or gateway' })
  })

export type Happening = z.output<typeof happeningSchema>
export type HappeningInput = z.input<typeof happeningSchema>
export type FaultKind = (typeof FAULTS)[number]
