import type { TimestampBounds, EpochMs } from '#lib/contract/index.ts'
import type { CircuitPathStateWithReason, PathVerdictInput, PathMetrics, PathState } from './path-facts.ts'

const bgpLabels: Partial<Record<PathVerdictInput['bgp'], string>> = {
  up: 'BGP is established',
  down: 'BGP is down',
  unknown: 'the BGP session is not known',
}

const formatArp = ({ arp }: PathVerdictInput) => (arp === 'unknown' ? 'ARP is not known' : `ARP is ${arp}`)

const trafficWords: Record<PathVerdictInput['traffic'], string | false> = {
  moving: 'traffic moves',
  quiet: 'no traffic',
  unknown: false,
}

/** Formats a percentage with at most one decimal. A value below 100 is never rounded up to 100. */
const percent = (share: number) => `${share < 100 ? Math.min(99.9, Math.round(share * 10) / 10) : 100} %`

const path = (state: PathState, reason: string): CircuitPathStateWithReason => ({ state, reason })

/**
 * Reports whether all counted bytes may have passed before a path was lost, or before a poll last showed it as lost. In
 * this case the bytes do not show that the path is up.
 * @param countedFrom start of the first of the two samples; null = no samples
 * @param lost times at which the path was lost or a source showed it as lost (its ARP entry is gone, its session was
 *   polled as down, or an event reports it)
 */
export const canBytesPredateLoss = (countedFrom: EpochMs | null, lost: readonly TimestampBounds[]): boolean =>
  countedFrom !== null && lost.some(({ latest }) => countedFrom < latest)

/**
 * Returns the state of one path of a circuit's peering from its layers, by the table of docs/rules/verdicts.md, "Path".
 * The reason names the failing layer. It does not name the responsible party, because this also depends on other
 * peerings and the gateways.
 */
export function judgePath(facts: PathVerdictInput): CircuitPathStateWithReason {
  if (!facts.configured) return path('not_configured', 'No peering is configured on this path.')
  if (facts.provisioned === 'disabled') {
    if (facts.isBeingDeleted) return path('disabled', 'The peering is being deleted.')
    return path('disabled', 'The circuit, its provider side or the peering is not enabled.')
  }
  const judged = judgeLayers(facts)
  const isMeasured = judged.state !== 'disabled' && judged.state !== 'not_configured'
  return facts.metrics && isMeasured ? { ...judged, reason: metricReason(judged, facts, facts.metrics) } : judged
}

function judgeLayers(facts: PathVerdictInput): CircuitPathStateWithReason {
  switch (facts.bgp) {
    case 'up':
      return judgeEstablished(facts)
    case 'down':
      return isContradicted(facts) ? judgeUnseen(facts) : judgeNotEstablished(facts)
    case 'disabled':
      return path('disabled', 'The session is administratively down at the Microsoft edge.')
    case 'never_established':
      return path('not_configured', 'BGP with the customer router has never been established since it was first seen.')
    case 'unknown':
      return judgeUnseen(facts)
  }
}

/**
 * Reports whether byte counters contradict a metric that shows BGP down. The newest minutes of a metric may be zeros
 * that Azure revises later.
 */
const isContradicted = ({ metrics, traffic, passedBefore }: PathVerdictInput): boolean =>
  metrics !== null && metrics.bgp !== null && traffic === 'moving' && !passedBefore

function judgeEstablished({ l2, arp, traffic, expectation }: PathVerdictInput): CircuitPathStateWithReason {
  if (l2 === 'unknown') {
    return path(
      'up',
      traffic === 'quiet'
        ? 'BGP is established; ARP is not known, no traffic.'
        : 'BGP is established; ARP is not known.',
    )
  }
  if (l2 === 'down') {
    if (traffic === 'moving')
      return path('up', `BGP is established and traffic moves; ARP is ${arp}, which is suspect.`)
    return path(
      'degraded',
      traffic === 'quiet'
        ? `Green but dead: BGP is established, but ARP is ${arp} and no traffic moves.`
        : `BGP is established, but ARP is ${arp}; traffic is not known.`,
    )
  }
  if (traffic === 'quiet' && expectation === 'high') {
    return path('degraded', 'Green but dead: BGP and ARP are fine, but expected traffic does not move.')
  }
  if (traffic === 'quiet') return path('up', 'BGP is established and ARP is complete; the path is quiet.')
  return path(
    'up',
    traffic === 'moving' ? 'BGP is established and traffic moves.' : 'BGP is established and ARP is complete.',
  )
}

function judgeNotEstablished({ provisioned, l2, arp, downReason }: PathVerdictInput): CircuitPathStateWithReason {
  // the path counts as down only if it is known that it is configured to work
  if (provisioned === 'unknown')
    return path('unknown', 'BGP is down, but whether the path is meant to work is not known.')
  if (l2 === 'down') {
    const side = arp === 'missing' ? 'the ARP table has no on-premises entry' : 'ARP is incomplete'
    return path('down', `Layer 2: ${side} and BGP is down.`)
  }
  if (downReason === 'prefixLimit')
    return path('down', 'Layer 3: Microsoft holds BGP down because the prefix limit was exceeded.')
  if (l2 === 'up') return path('down', 'Layer 3: ARP is complete but BGP is down.')
  return path('down', 'Layer 3: BGP is down; ARP is not known.')
}

function judgeUnseen({ provisioned, l2, arp, traffic, passedBefore }: PathVerdictInput): CircuitPathStateWithReason {
  if (traffic === 'moving' && l2 === 'down' && passedBefore)
    return path('unknown', `The BGP session is not known; ARP is ${arp}, and the traffic may have passed before.`)
  if (traffic === 'moving' && !passedBefore) return path('up', 'Traffic moves; the BGP session is not known.')
  if (l2 === 'down' && provisioned === 'up')
    return path('down', `Layer 2: ARP is ${arp}; the BGP session is not known.`)
  return path('unknown', 'The BGP session is not known.')
}

/**
 * Returns the reason for a path's state if metrics replaced polls that Azure does not permit. It lists the other known
 * facts, and then the names and values of the metrics. A metric contains no BGP state and no ARP entry, but only the
 * share of a minute in which a layer worked.
 */
function metricReason(
  { state }: CircuitPathStateWithReason,
  facts: PathVerdictInput,
  { bgp, arp }: PathMetrics,
): string {
  const seen = [bgp === null && bgpLabels[facts.bgp], arp === null && formatArp(facts), trafficWords[facts.traffic]]
  const values = [bgp !== null && `BgpAvailability ${percent(bgp)}`, arp !== null && `ArpAvailability ${percent(arp)}`]
  const refused = [bgp !== null && 'the BGP status', arp !== null && 'the ARP table']
  const reported = `${values.filter(Boolean).join(', ')}, by metrics: Azure refused ${refused.filter(Boolean).join(' and ')} (403)`
  const intent = facts.provisioned === 'unknown' && 'whether the path is meant to work is not known'
  const sentence = [...seen, reported, state === 'unknown' && intent].filter(Boolean).join('; ')
  const where = place(state, facts)
  return `${where === '' ? sentence.charAt(0).toUpperCase() + sentence.slice(1) : where + sentence}.`
}

function place(state: CircuitPathStateWithReason['state'], { l2, traffic }: PathVerdictInput): string {
  if (state === 'down') return l2 === 'down' ? 'Layer 2: ' : 'Layer 3: '
  return state === 'degraded' && traffic === 'quiet' ? 'Green but dead: ' : ''
}
