import { foldPrepends, GATEWAY_ASN, MSEE_ASN, reservedBy } from '#lib/bgp/index.ts'

const names = new Map([
  [MSEE_ASN, 'Microsoft edge (MSEE)'],
  [GATEWAY_ASN, 'Azure gateway'],
])

/** What an ASN is, where that is known without asking anybody. */
export const asnTitle = (asn: number) =>
  names.get(asn) ?? (reservedBy(asn) ? `reserved by ${reservedBy(asn)}` : undefined)

/** An AS path, nearest first. A prepended ASN stands once, with how often. */
export function AsPath({ path }: { path: number[] }) {
  if (path.length === 0) return <span className="text-ink-3">local</span>
  return (
    <span className="font-mono whitespace-nowrap">
      {foldPrepends(path).map(({ asn, times }, index) => (
        // the same ASN may stand in a path twice: only its place tells it apart
        <span key={index} title={asnTitle(asn)}>
          {index > 0 && ' '}
          <span className={names.has(asn) ? 'text-ink-3' : undefined}>{asn}</span>
          {times > 1 && <span className="text-ink-3">×{times}</span>}
        </span>
      ))}
    </span>
  )
}
