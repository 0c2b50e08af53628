import { GATEWAY_ASN } from '#lib/bgp/index.ts'
import type { PeerRow } from '#lib/contract/index.ts'

/** Whether the routes that a gateway advertises to a neighbor are polled: it is no other instance of the gateway, and has or had a session. */
export const isAdvertisedTo = ({ asn, hadSession }: { asn: number | null; hadSession: boolean }): boolean =>
  asn !== GATEWAY_ASN && hadSession

/** The neighbors whose advertised routes are polled, by what one poll of the gateway's peers reports. */
export const advertisedNeighbors = (rows: readonly Pick<PeerRow, 'neighbor' | 'asn' | 'state'>[]): string[] => [
  ...new Set(
    rows
      .filter(({ asn, state }) => isAdvertisedTo({ asn, hadSession: state === 'established' }))
      .map(({ neighbor }) => neighbor),
  ),
]
