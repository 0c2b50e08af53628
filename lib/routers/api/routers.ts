import { z } from 'zod'
import { routerSessionDetailsSchema } from '#lib/contract/api/shared-facts.ts'
import {
  boundsCodec,
  circuitPaths,
  instantCodec,
  omittedGapsSchema,
  peeringTypes,
  routerConnectionEndReasons,
  routerPeerTypes,
  routerReportingProtocols,
  monitoredRibs,
  secondsBoundsCodec,
} from '#lib/contract/index.ts'

/**
 * Evidence for or against the assignment of a router's session to a circuit path. Null = the value cannot be compared,
 * because one of the two ends does not report it.
 */
const joinEvidence = z.object({
  mseeAddress: z.boolean().describe("whether the neighbor is the path's MSEE"),
  customerAddress: z.boolean().nullable().describe("whether the router's own address is the other end of the path"),
  asns: z.boolean().nullable().describe('whether both ASNs are those of the peering'),
  isOnly: z.boolean().describe('whether no other session and no other path match equally'),
})
export type ApiRouterMatchEvidence = z.infer<typeof joinEvidence>

const linkOfPath = z.object({
  circuitId: z.string(),
  circuitName: z.string(),
  peering: z.enum(peeringTypes),
  path: z.enum(circuitPaths),
  evidence: joinEvidence
    .nullable()
    .describe('four comparisons; the number of true values is the confidence; null = the path is not configured'),
})

const routerJoinStates = ['confirmed', 'inferred', 'open', 'none'] as const

/** Assignment of a router's session to a circuit path. */
const routerJoin = z.object({
  state: z
    .enum(routerJoinStates)
    .describe(
      'confirmed = declared; inferred = addresses and ASNs of both ends match one path; open = undecided; none = does not belong to a circuit',
    ),
  words: z.string().describe('reason of the state'),
  paths: z.array(linkOfPath).describe('confirmed or inferred: the path; open: all possible paths'),
})

const endsVerdicts = ['agree', 'one_end', 'not_read', 'settling', 'router_down', 'azure_down'] as const

/** States of a session at its two ends, Azure and the customer's router, with the result of their comparison. */
const sessionEnds = z.object({
  azure: z.object({
    state: z.enum(['up', 'down', 'unknown']),
    since: boundsCodec.nullable(),
    readAt: instantCodec.nullable().describe('end of the last successful poll that contained it'),
    confirmedAt: instantCodec
      .nullable()
      .describe(
        'state `down`: time up to which polls prove it, as in `paths[].confirmedAt` of circuits; otherwise null',
      ),
    lastKnown: z
      .object({ state: z.enum(['up', 'down']), at: instantCodec.describe('time up to which polls prove it') })
      .optional()
      .describe('state `unknown`: the state that the last successful poll showed; `since` is then its start'),
  }),
  verdict: z
    .enum(endsVerdicts)
    .describe(
      "one_end = the other end is not observed; not_read = Azure was not polled since the router's end changed; settling = both differ for no longer than hold and keepalive times allow",
    ),
  words: z.string(),
  differsFor: secondsBoundsCodec.nullable(),
})
export type ApiSessionEnds = z.infer<typeof sessionEnds>

const downReason = z
  .object({ by: z.string(), words: z.string() })
  .nullable()
  .describe('reason for which a session ended, as the router reports it; null = it is up, or no reason is reported')

const protocol = z
  .enum(routerReportingProtocols)
  .describe(
    "bmp = the router reports states; syslog = only changes, so that the time before the first change is unknown; bgp = the state of its session with Peerwatch's collector",
  )

/** A BGP neighbor of a router, in one of its VRFs. */
const routerPeer = z.object({
  id: z.string(),
  type: z.enum(routerPeerTypes),
  distinguisher: z.string().describe('route distinguisher of the VRF, 16 hex digits; zeros = none'),
  tableName: z.string().nullable(),
  protocol,
  neighbor: z.string().nullable().describe("null = the router's own table or routes"),
  ...routerSessionDetailsSchema.shape,
  state: z.enum(['up', 'down', 'unknown']).describe('unknown = not reported, or the router is not observed now'),
  lastState: z.enum(['up', 'down']).nullable().describe('last observed state'),
  since: boundsCodec.nullable(),
  reason: downReason,
  observedUntil: instantCodec.nullable().describe('end of the last observation; null = it is observed now'),
  join: routerJoin
    .nullable()
    .describe("matching circuit path; null = the router's own table, or its session with the collector"),
  ends: sessionEnds.nullable().describe('comparison of both ends; null = no matching path'),
})
export type ApiRouterPeer = z.infer<typeof routerPeer>

const span = z.object({ from: instantCodec, to: instantCodec })

/** A customer's router that reports to Peerwatch by BMP, by a BGP session or by its log. */
export const routerSchema = z.object({
  id: z.string(),
  name: z.string().nullable().describe('name that the router reports, which is not verified'),
  address: z.string().describe('address from which it connects'),
  software: z.string().nullable(),
  firstSeen: instantCodec,
  protocol,
  state: z.enum(['connected', 'away']),
  since: instantCodec.describe('start of its newest connection'),
  observedUntil: instantCodec.describe('time up to which its reports are recorded'),
  ended: z.object({ how: z.enum(routerConnectionEndReasons), words: z.string() }).nullable(),
  observed: z.array(span).describe('times of observation in the last 24 h; it was not observed in between'),
  notes: z
    .array(z.string())
    .describe('sentences about the identification and the configuration of the router; usually none'),
  peers: z.array(routerPeer),
})
export type ApiRouter = z.infer<typeof routerSchema>

/** An interval in which a session had a state, as the router reported it. */
const routerSessionChange = z.object({
  state: z.enum(['up', 'down']),
  from: boundsCodec,
  to: boundsCodec.nullable().describe('null = the present state, or the last observed state'),
  reason: downReason,
})

export const routerDetailSchema = routerSchema.extend({
  peers: z.array(
    routerPeer.extend({
      routes: z.partialRecord(z.enum(monitoredRibs), z.number()).describe('present number of routes in each table'),
      history: z
        .array(routerSessionChange)
        .describe('changes of the session in the last 7 days, newest first; at most 100'),
    }),
  ),
})
export type RouterWithHistory = z.infer<typeof routerDetailSchema>

const announcedVerdicts = ['not_yet', 'not_learned', 'by_policy', 'learned_only'] as const

/** Comparison of the routes that a router advertises on a circuit path with the routes that Azure learned there. */
const announcedRoutes = z.object({
  table: z
    .enum(['adjOutPost', 'adjOutPre'])
    .nullable()
    .describe(
      'table of the router that is compared (RFC 8671), or its announcements to the collector; null = it does not report its announcements',
    ),
  words: z.string().describe('subject of the comparison, or the reason why there is none'),
  readAt: instantCodec
    .nullable()
    .describe("end of the last successful poll of Azure's table; null = none, or there is no comparison"),
  counts: z
    .object({
      learned: z.number().describe('number of announced routes that Azure learned'),
      notYet: z.number(),
      notLearned: z.number(),
      byPolicy: z.number(),
      learnedOnly: z.number(),
    })
    .nullable()
    .describe('numbers of prefixes; null = there is no comparison'),
  differences: z
    .array(
      z.object({
        prefix: z.string(),
        verdict: z
          .enum(announcedVerdicts)
          .describe(
            "not_yet = changed shortly before Azure was polled; not_learned = announced, but missing in Azure; by_policy = the router's policy filters it; learned_only = in Azure, but not announced by the router",
          ),
        words: z.string(),
        since: boundsCodec
          .nullable()
          .describe("time since which the router's side is unchanged; null = the router does not report the prefix"),
      }),
    )
    .describe('in the order of the prefixes; at most 200'),
})

/**
 * A session of a circuit path at the customer's end: its current state and its history, with the current state at
 * Azure's end.
 */
export const pathEndsSchema = z.object({
  peering: z.enum(peeringTypes),
  path: z.enum(circuitPaths),
  routerId: z.string(),
  routerName: z.string().nullable(),
  routerAddress: z.string(),
  peer: routerPeer,
  history: z.array(routerSessionChange).describe('changes in the period, newest first'),
  notObserved: z
    .array(span)
    .describe('times in the period in which the router was not observed; at most 2,000, the longest'),
  notObservedOmitted: omittedGapsSchema,
  announced: announcedRoutes.describe('present state, whatever the period'),
})
export type PathSessionEnds = z.infer<typeof pathEndsSchema>
