import type { JudgedPath, PathFacts, PathMetrics } from './facts.ts'

/**
 * Why a path is judged so when metrics stood in for what Azure refused to report: their names and values, after what else is
 * known. A metric knows how much of a minute a layer worked, and neither a BGP state nor an ARP entry.
 */
export function metricReason({ state }: JudgedPath, facts: PathFacts, { bgp, arp }: PathMetrics): string {
  const seen = [bgp === null && bgpWords[facts.bgp], arp === null && arpWords(facts), trafficWords[facts.traffic]]
  const values = [bgp !== null && `BgpAvailability ${percent(bgp)}`, arp !== null && `ArpAvailability ${percent(arp)}`]
  const refused = [bgp !== null && 'the BGP status', arp !== null && 'the ARP table']
  const reported = `${values.filter(Boolean).join(', ')}, by metrics: Azure refused ${refused.filter(Boolean).join(' and ')} (403)`
  const intent = facts.provisioned === 'unknown' && 'whether the path is meant to work is not known'
  const sentence = [...seen, reported, state === 'unknown' && intent].filter(Boolean).join('; ')
  const where = place(state, facts)
  return `${where === '' ? sentence.charAt(0).toUpperCase() + sentence.slice(1) : where + sentence}.`
}

function place(state: JudgedPath['state'], { l2, traffic }: PathFacts): string {
  if (state === 'down') return l2 === 'down' ? 'Layer 2: ' : 'Layer 3: '
  return state === 'degraded' && traffic === 'quiet' ? 'Green but dead: ' : ''
}

const bgpWords: Partial<Record<PathFacts['bgp'], string>> = {
  up: 'BGP is established',
  down: 'BGP is down',
  unknown: 'the BGP session is not known',
}
const arpWords = ({ arp }: PathFacts) => (arp === 'unknown' ? 'ARP is not known' : `ARP is ${arp}`)
const trafficWords: Record<PathFacts['traffic'], string | false> = {
  moving: 'traffic moves',
  quiet: 'no traffic',
  unknown: false,
}

/** One decimal at most; what is not all is never rounded up to all. */
const percent = (share: number) => `${share < 100 ? Math.min(99.9, Math.round(share * 10) / 10) : 100} %`
