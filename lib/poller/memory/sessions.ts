/** Sessions from poll to poll: history's own steps, whose rows are kept in memory. */
import { addressFor, type ByFamily } from '#lib/bgp/index.ts'
import type { Change, PeersObservation, SummaryObservation, UnheardSession } from '#lib/contract/index.ts'
import { sampledNeighbor, sampledPeer, type Session, stepSessions } from '#lib/history/index.ts'
import type { Reading } from './reading.ts'

export class Sessions {
  private readonly known = new Map<string, Session>()

  record(
    reading: Reading,
    observation: PeersObservation | SummaryObservation,
    local: ByFamily,
  ): { changes: Change[]; unheard: UnheardSession[] } {
    const { kind } = observation
    const sampled =
      kind === 'peers'
        ? observation.rows.map(sampledPeer)
        : observation.rows.map((row) => sampledNeighbor(row, addressFor(row.neighbor, local)))
    const { steps, changes, unheard } = stepSessions([...this.known.values()], reading, kind, sampled)
    // a path's summary names no local address: the neighbor alone tells its sessions apart
    const keyOf = ({ localAddress, neighbor }: Session) => (kind === 'peers' ? `${localAddress}~${neighbor}` : neighbor)
    for (const { session } of steps) this.known.set(keyOf(session), session)
    return { changes, unheard }
  }

  /** Neighbors of this ASN with which there was ever a session. */
  neighborsOf(asn: number): string[] {
    const own = [...this.known.values()].filter((session) => session.asn === asn)
    return [...new Set(own.map(({ neighbor }) => neighbor))]
  }
}
