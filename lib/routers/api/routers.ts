import { z } from 'zod'
import { routerSessionFacts } from '#lib/contract/api/shared-facts.ts'
import {
  bounds,
  circuitPaths,
  instant,
  omittedGaps,
  peeringTypes,
  routerConnectionEnds,
  routerPeerTypes,
  routerProtocols,
  routerViews,
  seconds,
} from '#lib/contract/index.ts'

/**
 * Evidence for or against the assignment of a router's session to a circuit path. Null = one of the two ends does not
 * report the compared value.
 */
const joinEvidence = z.object({
  mseeAddress: z.boolean().describe('the neighbor is the path’s MSEE'),
  customerAddress: z.boolean().nullable().describe('the router’s own address is the other end of the path'),
  asns: z.boolean().nullable().describe('both ASNs are those of the peering'),
  isOnly: z.boolean().describe('no other router’s session, and no other path, agrees in all of this'),
})
export type JoinEvidenceView = z.infer<typeof joinEvidence>

const linkOfPath = z.object({
  circuitId: z.string(),
  circuitName: z.string(),
  peering: z.enum(peeringTypes),
  path: z.enum(circuitPaths),
  evidence: joinEvidence
    .nullable()
    .describe('how many of the four are true is the confidence; null = the path is not configured'),
})

const routerJoinStates = ['confirmed', 'inferred', 'open', 'none'] as const

/** Assignment of a router's session to a circuit path. */
const routerJoin = z.object({
  state: z
    .enum(routerJoinStates)
    .describe(
      'confirmed = declared; inferred = addresses and ASNs of both ends name one path; open = not decided; none = no circuit’s',
    ),
  words: z.string().describe('why'),
  paths: z.array(linkOfPath).describe('confirmed or inferred: the path; open: those that it may be'),
})

const endsVerdicts = ['agree', 'one_end', 'not_read', 'settling', 'router_down', 'azure_down'] as const

/** States of a session at its two ends, Azure and the customer's router, with the result of their comparison. */
const sessionEnds = z.object({
  azure: z.object({
    state: z.enum(['up', 'down', 'unknown']),
    since: bounds.nullable(),
    readAt: instant.nullable().describe('end of the last good poll that held it'),
  }),
  verdict: z
    .enum(endsVerdicts)
    .describe(
      'one_end = the other is not observed; not_read = Azure was not asked since the router’s end changed; settling = they differ for no longer than hold and keepalive times allow',
    ),
  words: z.string(),
  differsFor: seconds.nullable(),
})
export type SessionEndsView = z.infer<typeof sessionEnds>

const downReason = z
  .object({ by: z.string(), words: z.string() })
  .nullable()
  .describe('why a session ended, as the router reports it; null = it is up, or nothing is reported')

const protocol = z
  .enum(routerProtocols)
  .describe(
    'bmp = states are reported; syslog = changes alone are known, nothing before the first one; bgp = its session with Peerwatch’s collector',
  )

/** A BGP neighbor of a router, in one of its VRFs. */
const routerPeer = z.object({
  id: z.string(),
  type: z.enum(routerPeerTypes),
  distinguisher: z.string().describe('route distinguisher of the VRF, 16 hex digits; zeros = none'),
  tableName: z.string().nullable(),
  protocol,
  neighbor: z.string().nullable().describe('null = the router’s own table or routes'),
  ...routerSessionFacts.shape,
  state: z.enum(['up', 'down', 'unknown']).describe('unknown = not stated, or the router is not observed now'),
  lastState: z.enum(['up', 'down']).nullable().describe('as it was when it was observed last'),
  since: bounds.nullable(),
  reason: downReason,
  observedUntil: instant.nullable().describe('null = it is observed now'),
  join: routerJoin.nullable().describe('null = the router’s own table, or its session with the collector'),
  ends: sessionEnds.nullable().describe('null = no path is known'),
})
export type RouterPeerView = z.infer<typeof routerPeer>

const span = z.object({ from: instant, to: instant })

/** A customer's router that reports to Peerwatch by BMP, by a BGP session or by its log. */
export const router = z.object({
  id: z.string(),
  name: z.string().nullable().describe('as the router states it; nothing proves it'),
  address: z.string().describe('that it connects from'),
  software: z.string().nullable(),
  firstSeen: instant,
  protocol,
  state: z.enum(['connected', 'away']),
  since: instant.describe('its newest connection began'),
  observedUntil: instant.describe('what it reported up to then is recorded'),
  ended: z.object({ how: z.enum(routerConnectionEnds), words: z.string() }).nullable(),
  observed: z.array(span).describe('when it was observed in the last 24 h; what lies between is not observed'),
  notes: z
    .array(z.string())
    .describe('sentences about how the router is identified and how it is configured; mostly none'),
  peers: z.array(routerPeer),
})
export type RouterListed = z.infer<typeof router>

/** An interval in which a session had a state, as the router reported it. */
const routerSessionChange = z.object({
  state: z.enum(['up', 'down']),
  from: bounds,
  to: bounds.nullable().describe('null = it is so, or was when it was observed last'),
  reason: downReason,
})

export const routerDetail = router.extend({
  peers: z.array(
    routerPeer.extend({
      routes: z.partialRecord(z.enum(routerViews), z.number()).describe('routes in each table now'),
      history: z.array(routerSessionChange).describe('of the last 7 days, newest first; at most 100'),
    }),
  ),
})
export type RouterDetail = z.infer<typeof routerDetail>

const announcedVerdicts = ['not_yet', 'not_learned', 'by_policy', 'learned_only'] as const

/** Comparison of the routes that a router advertises on a circuit path with the routes that Azure learned there. */
const announcedRoutes = z.object({
  table: z
    .enum(['adjOutPost', 'adjOutPre'])
    .nullable()
    .describe(
      'the router’s table that is compared (RFC 8671), or what it announces to the collector; null = it does not report what it announces',
    ),
  words: z.string().describe('what is compared, or why nothing is'),
  readAt: instant
    .nullable()
    .describe('end of the last good poll of Azure’s table; null = none, or nothing is compared'),
  counts: z
    .object({
      learned: z.number().describe('announced, and learned by Azure'),
      notYet: z.number(),
      notLearned: z.number(),
      byPolicy: z.number(),
      learnedOnly: z.number(),
    })
    .nullable()
    .describe('prefixes; null = nothing is compared'),
  differences: z
    .array(
      z.object({
        prefix: z.string(),
        verdict: z
          .enum(announcedVerdicts)
          .describe(
            'not_yet = changed too shortly before Azure was asked; not_learned = announced, and Azure does not have it; by_policy = the router’s own policy keeps it back; learned_only = Azure has it and the router does not announce it',
          ),
        words: z.string(),
        since: bounds.nullable().describe('when the router’s side became so; null = it says nothing of the prefix'),
      }),
    )
    .describe('in the order of the prefixes; at most 200'),
})

/**
 * A session of a circuit path at the customer's end: its current state and its history, with the current state at
 * Azure's end.
 */
export const pathEnds = z.object({
  peering: z.enum(peeringTypes),
  path: z.enum(circuitPaths),
  routerId: z.string(),
  routerName: z.string().nullable(),
  routerAddress: z.string(),
  peer: routerPeer,
  history: z.array(routerSessionChange).describe('of the period, newest first'),
  notObserved: z
    .array(span)
    .describe('parts of the period in which the router was not observed; at most 2,000, the longest'),
  notObservedOmitted: omittedGaps,
  announced: announcedRoutes.describe('now, whatever the period'),
})
export type PathEnds = z.infer<typeof pathEnds>
