'use client'

import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { foldPrepends, GATEWAY_ASN, MICROSOFT_ASN, MSEE_ASN, reservedBy } from '#lib/bgp/index.ts'
import { useCircuits } from '../data/index.ts'

const azures = new Map([
  [MSEE_ASN, 'Microsoft edge (MSEE)'],
  [MICROSOFT_ASN, 'Microsoft'],
  [GATEWAY_ASN, 'Azure gateway'],
])

const OwnAsns = createContext<ReadonlyMap<number, string>>(new Map())

/** Below it, ASNs of one's own side of a circuit are named after the circuits that they peer on. */
export function OwnAsnNames({ children }: { children: ReactNode }) {
  const circuits = useCircuits().data?.data
  const names = useMemo(() => ownAsnNames(circuits ?? []), [circuits])
  return <OwnAsns value={names}>{children}</OwnAsns>
}

/** `on-premises (erc-london, erc-amsterdam)` by peer ASN. */
export function ownAsnNames(
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

/** What an ASN is, where that is known without asking anybody. */
export const asnTitle = (asn: number, own: ReadonlyMap<number, string> = new Map()): string | undefined => {
  const reserved = reservedBy(asn)
  return azures.get(asn) ?? own.get(asn) ?? (reserved ? `reserved by ${reserved}` : undefined)
}

/** An AS path, nearest first. A prepended ASN stands once, with how often. Azure's and one's own say what they are. */
export function AsPath({ path }: { path: number[] }) {
  const own = useContext(OwnAsns)
  if (path.length === 0) return <span className="text-ink-3">local</span>
  return (
    <span className="font-mono whitespace-nowrap">
      {foldPrepends(path).map(({ asn, times }, index) => {
        const title = asnTitle(asn, own)
        return (
          // the same ASN may stand in a path twice: only its place tells it apart
          <span key={index}>
            {index > 0 && ' '}
            {title === undefined ? (
              asn
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
