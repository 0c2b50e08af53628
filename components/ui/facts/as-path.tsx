import { createContext, type ReactNode, useContext, useMemo } from 'react'
import {
  type AsPath as Path,
  groupPrepends,
  GATEWAY_ASN,
  MICROSOFT_ASN,
  MSEE_ASN,
  findAsnReservation,
} from '#lib/bgp/index.ts'
import { useEndpointQuery } from '../../data/index.ts'

const azures = new Map([
  [MSEE_ASN, 'Microsoft edge (MSEE)'],
  [MICROSOFT_ASN, 'Microsoft'],
  [GATEWAY_ASN, 'Azure gateway'],
])

const OwnAsns = createContext<ReadonlyMap<number, string>>(new Map())

/**
 * Makes names of the customer's ASNs available to all AS paths inside this component. An ASN is named after the
 * circuits that peer with it.
 */
export function OwnAsnNamesProvider({ children }: { children: ReactNode }) {
  const circuits = useEndpointQuery('circuits').data?.data
  const names = useMemo(() => mapOwnAsnNames(circuits ?? []), [circuits])
  return <OwnAsns value={names}>{children}</OwnAsns>
}

/**
 * Returns a map from each ASN of the customer to its display name, for example `on-premises (erc-london,
 * erc-amsterdam)`.
 */
export function mapOwnAsnNames(
  circuits: readonly { name: string; peerings: readonly { peerAsn: number | null }[] }[],
): Map<number, string> {
  const circuitsOf = new Map<number, Set<string>>()
  for (const { name, peerings } of circuits) {
    for (const { peerAsn } of peerings) {
      if (peerAsn !== null) circuitsOf.set(peerAsn, (circuitsOf.get(peerAsn) ?? new Set()).add(name))
    }
  }
  return new Map([...circuitsOf].map(([asn, names]) => [asn, `on-premises (${[...names].join(', ')})`]))
}

/**
 * Returns a tooltip text for an ASN. For an ASN of Azure or of the customer, it describes how the ASN is used. For a
 * reserved ASN, it names the document or organization that reserves it. Other ASNs have no text (undefined).
 */
export const findAsnTitle = (asn: number, own: ReadonlyMap<number, string> = new Map()): string | undefined => {
  const reserved = findAsnReservation(asn)
  return azures.get(asn) ?? own.get(asn) ?? (reserved ? `reserved by ${reserved}` : undefined)
}

/**
 * Shows an AS path, beginning with the nearest AS. If an ASN is repeated (prepended), it is shown once with the number
 * of repetitions. Sets and confederations are in brackets. ASNs of Azure, of the customer and of reserved ranges have a
 * tooltip.
 */
export function AsPathText({ path }: { path: Path }) {
  const own = useContext(OwnAsns)
  if (path.asPath.length === 0) return <span className="text-ink-3">local</span>
  return (
    <span className="font-mono whitespace-nowrap">
      {groupPrepends(path).map(({ asn, text, times }, index) => {
        const title = asn === null ? undefined : findAsnTitle(asn, own)
        return (
          // the index is the key, because an ASN may occur twice in a path
          <span key={index}>
            {index > 0 && ' '}
            {asn === null || title === undefined ? (
              text
            ) : (
              <abbr title={title} className={azures.has(asn) ? 'text-ink-3 no-underline' : 'decoration-ink-3'}>
                {asn}
              </abbr>
            )}
            {times > 1 && <span className="text-ink-3">×{times}</span>}
          </span>
        )
      })}
    </span>
  )
}
