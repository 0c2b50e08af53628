import { type CircuitPath, type PeeringType, parsePeeringType } from '#lib/contract/index.ts'
import type { ExpectedDrillEffect, WhatIfLostResource, WhatIfPath, WhatIfRow } from '../../api/index.ts'

/** A BGP session that is up before a drill, and the circuit path to which it belongs. */
export interface SessionUpBeforeDrill {
  scope: string
  localAddress: string
  neighbor: string
  on: { circuitId: string; peering: PeeringType; path: CircuitPath } | null
}

/**
 * Returns the effects that a drill (announced failover exercise) should have; each is called a "mark". They follow from
 * the what-if of the drill. If the drill is temporary, the return to the earlier state is another effect.
 * @param applied resources whose configuration is changed permanently, with the new value, for example `weight 100`;
 *   null = the drill is temporary
 */
export function predictDrillEffects(
  lost: readonly WhatIfLostResource[],
  rows: readonly WhatIfRow[],
  sessions: readonly SessionUpBeforeDrill[],
  withinSeconds: number,
  applied: readonly { scope: string; becomes: string }[] | null = null,
): ExpectedDrillEffect[] {
  const paths = lost.flatMap((one) => one.paths)
  const lostPaths = new Set(paths.map(pathText))
  const falls = sessions.filter(
    ({ on, scope, localAddress, neighbor }) =>
      (on !== null && lostPaths.has(pathText(on))) ||
      lost.some(({ kind, id, term }) =>
        kind === 'instance'
          ? id === scope && (term.endsWith(`/${localAddress}`) || term.endsWith(`/${neighbor}`))
          : id === scope && (kind === 'gateway' || kind === 'hub'),
      ),
  )
  const moves = prefixMarks(rows)
  // There is a time limit (`within`) only for a loss of resources. If announcements change, the begin of the change is
  // not exactly known, so its duration cannot be measured.
  const isMoving = lost.length > 0 && moves.some(({ outcome }) => outcome === 'moves' || outcome === 'covered')
  return [
    ...(applied ?? []).map(({ scope, becomes }) => mark('applied', scope, becomes)),
    ...[...new Map(paths.map((path) => [pathText(path), path])).values()].map((path) =>
      mark('path_lost', path.circuitId, `${path.peering}/${path.path}`),
    ),
    ...falls.map(({ scope, localAddress, neighbor }) => mark('session_lost', scope, `${localAddress}~${neighbor}`)),
    ...moves,
    ...(isMoving ? [{ ...mark('within', null, ''), withinSeconds }] : []),
    mark('nothing_else', null, ''),
    ...(applied === null ? [mark('returned', null, '')] : []),
  ]
}

const pathText = ({ circuitId, peering, path }: NonNullable<SessionUpBeforeDrill['on']>) =>
  `${circuitId}/${peering}/${path}`

const mark = (kind: ExpectedDrillEffect['kind'], scope: string | null, subject: string): ExpectedDrillEffect => ({
  id: [kind, scope, subject].filter(Boolean).join(':'),
  kind,
  scope,
  subject,
  prefixes: [],
  outcome: null,
  before: null,
  to: null,
  withinSeconds: null,
})

/**
 * Returns the effects that a drill should have on prefixes. Prefixes at the same gateway or hub with the same outcome
 * and the same paths before and after are one effect. Only routes of Azure's gateways and hubs are used, because the
 * route tables of the customer's routers are not polled.
 */
function prefixMarks(rows: readonly WhatIfRow[]): ExpectedDrillEffect[] {
  const changed = rows.filter(
    ({ side, outcome, reduced, prefix, matchBefore }) =>
      side === 'azure' && prefix === matchBefore && outcome !== 'unknown' && (outcome !== 'stays' || reduced),
  )
  const groups = Map.groupBy(changed, ({ scope, outcome, before, after }) =>
    [scope, outcome, carriersText(before), carriersText(after)].join(' '),
  )
  return [...groups].flatMap(([text, own]) => {
    const [first] = own
    if (!first) return []
    return [
      {
        ...mark('prefixes', first.scope, ''),
        id: `prefixes:${text.replaceAll(' ', ':')}`,
        prefixes: own.map(({ prefix }) => prefix),
        outcome: first.outcome,
        before: listCircuitsOfPaths(first.before),
        to: listCircuitsOfPaths(first.after),
      },
    ]
  })
}

/** Returns the circuits of the given paths, each once. `hasOther` is true if the circuit of a path is unknown. */
export const listCircuitsOfPaths = (paths: readonly WhatIfPath[]) => ({
  circuits: [...new Set(paths.flatMap(({ circuitId }) => circuitId ?? []))].toSorted(),
  hasOther: paths.some(({ circuitId }) => circuitId === null),
})

const carriersText = (paths: readonly WhatIfPath[]) => {
  const { circuits, hasOther } = listCircuitsOfPaths(paths)
  return [...circuits, ...(hasOther ? ['other'] : [])].join('+')
}

/**
 * Converts the name of a circuit path in events to its name in the expected effects of drills. For example,
 * `AzurePrivatePeering/primary` becomes `private/primary`.
 */
export function convertSubjectToDrillPath(subject: string): string {
  const [peering = '', path] = subject.split('/')
  return path === undefined ? subject : `${parsePeeringType(peering)}/${path}`
}
