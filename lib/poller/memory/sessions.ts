/** Sessions from poll to poll by history's own steps, with the rows kept in memory. */
import { addressFor, type ByFamily } from '#lib/bgp/index.ts'
import type { Change, PeersObservation, SummaryObservation, SilentSession } from '#lib/contract/index.ts'
import { recording } from '#lib/history/statements.ts'
import type { Reading } from './reading.ts'

export class Sessions {
  private readonly known = new Map<string, recording.Session>()

  record(
    reading: Reading,
    observation: PeersObservation | SummaryObservation,
    local: ByFamily,
  ): { changes: Change[]; silentSessions: SilentSession[] } {
    const { kind } = observation
    const sampled =
      kind === 'peers'
        ? observation.rows.map(recording.sampledPeer)
        : observation.rows.map((row) => recording.sampledNeighbor(row, addressFor(row.neighbor, local)))
    const { steps, changes, silentSessions } = recording.stepSessions([...this.known.values()], reading, kind, sampled)
    // a path's summary names no local address: the neighbor alone identifies a session
    const keyOf = ({ localAddress, neighbor }: recording.Session) =>
      kind === 'peers' ? `${localAddress}~${neighbor}` : neighbor
    for (const { session } of steps) this.known.set(keyOf(session), session)
    return { changes, silentSessions }
  }

  /** Neighbors of this ASN with which there was ever a session. */
  neighborsOf(asn: number): string[] {
    const own = [...this.known.values()].filter((session) => session.asn === asn)
    return [...new Set(own.map(({ neighbor }) => neighbor))]
  }
}
