import { createSampleEvidence, createSessionEvidence } from '../../model/create-event.ts'
import type { Evidence } from '#lib/contract/index.ts'
import type { PathStateWithLayers } from '../facts/circuit-facts.ts'

/**
 * Returns the states of a path's layers as evidence: the path's state, its session (or the metric used in place of it),
 * and its ARP entry.
 */
export function createPathEvidence({ session, arp, reason, measured }: PathStateWithLayers): Evidence[] {
  const items: Evidence[] = [createSampleEvidence('state', reason, session?.since ?? arp?.since ?? null)]
  if (measured?.bgp) {
    const { level, since } = measured.bgp
    items.push(createSampleEvidence('BgpAvailability', level, since))
  } else if (session) items.push(...createSessionEvidence([session]))
  if (arp) {
    items.push(createSampleEvidence('arp', arp.state, arp.since))
  }
  return items
}
