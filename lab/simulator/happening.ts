/**
 * Happenings in a scenario's estate, with their times. A happening defines the action; `consequences.ts` derives the
 * effects.
 */
import { z } from 'zod'
import {
  addressText,
  armName,
  asnSchema,
  asPath,
  durationTextSchema,
  scenarioTimeTextSchema,
  pathName,
  peeringType,
  prefixSet,
} from './vocabulary.ts'

const timed = {
  id: z.string().min(1).optional(),
  note: z.string().optional(),
  at: scenarioTimeTextSchema,
  /** Duration; `until` is the alternative. Without both it is permanent. */
  for: durationTextSchema.optional(),
  until: scenarioTimeTextSchema.optional(),
  /**
   * Time from the start of one repetition to the start of the next. `times` is the number of occurrences; absent = they
   * never end.
   */
  every: durationTextSchema.optional(),
  times: z.int().min(1).optional(),
}

const onCircuit = { circuit: armName, peering: peeringType.default('AzurePrivatePeering') }
const detection = z.union([z.enum(['bfd', 'hold']), durationTextSchema])

/** Delay from a stage of Microsoft's work to its notice in the Activity log. */
const noticeDelay = durationTextSchema.default('10m')

const selector = {
  site: armName.optional(),
  prefixes: z.array(prefixSet).optional(),
  circuit: armName.optional(),
  peering: peeringType.optional(),
  path: pathName.optional(),
  connection: armName.optional(),
  /** Time that a change of routes takes from the edge to the gateway. */
  propagation: durationTextSchema.optional(),
}

export const API_FAULT_KINDS = [
  '429', '500', '503', '401', '403', '404', '409', 'garbage', 'half-body', 'html', 'empty', 'null', 'no-body', 'null-value',
  'nothing', 'reset', 'slow', 'never-done', 'failed', 'empty-table', 'missing-instance', 'duplicate-rows', 'shuffled',
  'spelling', 'long-spelling', 'whole-seconds', 'cached', 'null-duration', 'state-unknown',
  'other-view',
] as const // biome-ignore format: a list

const op = <Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) =>
  z.strictObject({ op: z.literal(name), ...timed, ...shape })

export const happeningSchema = z
  .discriminatedUnion('op', [
    /** The link between CE and MSEE fails: bytes stop immediately, and BGP notices when its timer expires. */
    op('cut-path', {
      ...onCircuit,
      path: z.enum(['primary', 'secondary', 'both']),
      detection: detection.default('bfd'),
      /** Delay until the ARP entry of the far end fails; by default it fails with the session. */
      arpAfter: durationTextSchema.optional(),
      reconnect: durationTextSchema.optional(),
      routesAfter: durationTextSchema.optional(),
    }),
    /**
     * A BGP session is lost, either between CE and MSEE (`circuit`, `path`), or between gateway and neighbor. The link
     * stays up.
     */
    op('session-loss', {
      circuit: armName.optional(),
      peering: peeringType.default('AzurePrivatePeering'),
      path: pathName.optional(),
      gateway: armName.optional(),
      instance: addressText.optional(),
      neighbor: addressText.optional(),
      /** The state that the summary reports, for example `Active` or `Idle (PfxCt)`. */
      word: z.string().default('Idle'),
      routesAfter: durationTextSchema.optional(),
    }),
    /**
     * A Microsoft edge router (MSEE) fails completely. Its sessions with the customer's router and with the gateways go
     * down.
     */
    op('msee-loss', { ...onCircuit, path: pathName, detection: detection.default('bfd') }),
    /** One gateway instance fails: its sessions fall and its rows are absent. */
    op('instance-loss', {
      gateway: armName,
      instance: addressText,
      /** Time from the return of the instance's rows to the return of its sessions. */
      reconnect: durationTextSchema.default('5s'),
      /**
       * Time before the failure at which Service Health announces it; absent = the failure is not maintenance by
       * Microsoft.
       */
      announced: durationTextSchema.optional(),
      noticeDelay,
    }),
    /** An IPsec tunnel of a VPN connection fails, or all of them. A BGP session over it also falls. */
    op('tunnel-loss', {
      connection: armName,
      instance: addressText.optional(),
      /** Delay from the end of the tunnel to the end of the session over it. */
      bgpAfter: durationTextSchema.default('0s'),
    }),
    /** The session of one peer of a Route Server ends, or of all peers, and their routes disappear. */
    op('peer-loss', {
      routeServer: armName,
      name: armName.optional(),
      word: z.enum(['NotConnected', 'Connecting']).default('NotConnected'),
    }),
    /** A Global Reach connection is not connected, in both IP versions. */
    op('reach-loss', {
      reach: armName,
      word: z.enum(['Disconnected', 'Connecting']).default('Disconnected'),
    }),
    /**
     * A hub of a Virtual WAN loses the routes of one of its connections: a circuit, a VPN site or a BGP peer, by the
     * connection's name.
     */
    op('hub-loss', { hub: armName, name: armName }),
    /** Points of metrics get their values late. */
    op('metric-delay', {
      /**
       * Value of a point before it is final: `missing`, `zero`, or a `part` of the value, which changes every minute.
       */
      reads: z.enum(['missing', 'zero', 'part']),
      /** Only for a resource of this name. */
      resource: z.string().optional(),
      /** Only for this metric. */
      metric: z.string().optional(),
      /**
       * Delay from the end of a point's time until it has its value. Each point has its own delay between `least` and
       * `late`.
       */
      least: durationTextSchema.optional(),
      late: durationTextSchema.default('2m'),
    }),
    op('light-fade', {
      port: armName,
      link: z.enum(['link1', 'link2']),
      signal: z.enum(['rx', 'tx']).default('rx'),
      /**
       * level in dBm to which the light of one direction of a link falls; afterwards it returns to the previous level
       */
      to: z.number(),
      /** time in which the light level falls evenly to `to` */
      over: durationTextSchema.default('0s'),
    }),
    /** The virtual machine of a network interface is stopped, so that Azure has no effective routes for it. */
    op('machine-stop', { interface: armName }),
    /**
     * The policer of a circuit drops bursts above the circuit's bandwidth. The traffic that is delivered does not
     * change.
     */
    op('qos-drop', {
      circuit: armName,
      direction: z.enum(['in', 'out', 'both']).default('out'),
      mbps: z.number().positive(),
    }),
    /**
     * Messages over a session no longer arrive, but the session stays up until another happening ends it. After this
     * happening, the counter of received messages catches up.
     */
    op('keepalive-stall', { gateway: armName, instance: addressText.optional(), neighbor: addressText }),
    /** Packets are lost although all sessions are up (green but dead). */
    op('blackhole', {
      ...onCircuit,
      path: z.enum(['primary', 'secondary', 'both']).default('both'),
      direction: z.enum(['in', 'out', 'both']).default('both'),
      share: z.number().min(0).max(1).default(1),
    }),
    op('withdraw', selector),
    /** Announces prefixes that are usually absent: a leak, a more specific prefix, or a default route. */
    op('announce', { ...selector, prefixes: z.array(prefixSet).min(1), asPath }),
    /**
     * The customer prepends the customer's ASN to AS paths. Alternatively, the MSEE prepends ASN 12076 in both
     * directions, as in a drain by Microsoft.
     */
    op('prepend', { ...selector, count: z.int().min(1).max(30).default(8), asn: asnSchema.optional() }),
    op('counter-reset', { circuit: armName, peering: peeringType.optional() }),
    /** Scales a demand. */
    op('traffic', { demand: armName.optional(), factor: z.number().min(0).max(1000) }),
    /**
     * Microsoft maintains one MSEE: it prepends AS paths, then the sessions of the MSEE go down, and finally it ends
     * the prepending. The maintenance is published in Service Health.
     */
    op('maintenance', {
      ...onCircuit,
      path: pathName,
      drain: durationTextSchema.default('10m'),
      down: durationTextSchema.default('20m'),
      undrain: durationTextSchema.default('10m'),
      announced: durationTextSchema.default('7d'),
      noticeDelay,
      trackingId: z.string().optional(),
    }),
    /**
     * A change of the estate, which the Activity log reports later. `set` is merged into the object in the scenario.
     */
    op('configuration', {
      kind: z.enum([
        'circuit',
        'peering',
        'connection',
        'gateway',
        'vnet',
        'vnet-peering',
        'route-filter',
        'lag',
        'route-map',
        'hub',
      ]),
      name: armName,
      /** The peering, if `kind` is `peering` or `vnet-peering`; the route map of the hub, if `kind` is `route-map`. */
      child: armName.optional(),
      set: z.record(z.string(), z.unknown()).default({}),
      /** The object does not exist during this time. */
      absent: z.boolean().default(false),
      caller: z.string().default('network.admin@contoso.example'),
      operation: z.string().optional(),
      logDelay: durationTextSchema.default('5m'),
      /** Whether the Activity log contains the change. Changes by a provider or by Azure itself are not logged. */
      logged: z.boolean().default(true),
      /** Delay from the change until the sessions that it affects go down. */
      takes: durationTextSchema.default('0s'),
    }),
    /** A fault of ARM itself. */
    op('api-fault', {
      fault: z.enum(API_FAULT_KINDS),
      /**
       * Operation to which the fault applies, such as `gateway.peers`; or a family of operations such as `circuit`; `*`
       * = all operations.
       */
      operation: z.string().default('*'),
      /** Only for resources of this name. */
      resource: z.string().optional(),
      subscription: z.string().optional(),
      /** Limits the fault to requests of the identity with this client ID. */
      principal: z.string().optional(),
      retryAfter: z.int().min(0).optional(),
      instance: addressText.optional(),
      neighbor: addressText.optional(),
      /** Only for tables of this path of a circuit. */
      path: pathName.optional(),
      /**
       * Only for the fault `other-view`: time by which the reported ages of sessions are lower than their true ages.
       */
      skew: durationTextSchema.default('20m'),
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

export type ScenarioHappening = z.output<typeof happeningSchema>
export type HappeningInput = z.input<typeof happeningSchema>
export type FaultKind = (typeof API_FAULT_KINDS)[number]
