import type { CircuitPathView } from '#lib/circuits/api/index.ts'
import { Glyph } from '../ui/drawing/glyph.tsx'

/** The ARP table of a path: both ends of the link. */
export function PathArp({
  entries,
  layer,
}: {
  entries: CircuitPathView['arp']
  layer: CircuitPathView['layers']['arp']
}) {
  if (entries.length === 0) {
    return (
      <p className="mt-2 text-ink-3">
        No ARP entries for this path.
        {layer === 'complete' && ' Azure’s availability metric reports ARP as complete.'}
      </p>
    )
  }
  return (
    <table className="mt-2 w-full text-left text-xs">
      <caption className="sr-only">ARP entries</caption>
      <thead>
        <tr className="text-xs text-ink-3">
          <th scope="col" className="pt-2.5 font-medium">
            ARP
          </th>
          <th scope="col" className="pt-2.5 font-medium">
            Address
          </th>
          <th scope="col" className="pt-2.5 font-medium max-sm:hidden">
            MAC
          </th>
          <th scope="col" className="pt-2.5 text-right font-medium">
            Age
          </th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={`${entry.interface}/${entry.ipAddress}`}>
            <td className="py-0.5 pr-2">{entry.interface}</td>
            <td className="py-0.5 pr-2 font-mono">
              {entry.ipAddress}
              <span className="block sm:hidden">
                <Mac entry={entry} />
              </span>
            </td>
            <td className="py-0.5 pr-2 font-mono max-sm:hidden">
              <Mac entry={entry} />
            </td>
            <td className="py-0.5 text-right whitespace-nowrap text-ink-2">
              {entry.age === null ? '–' : `${entry.age} min`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** On a phone below its address: both beside each other are wider than it. */
const Mac = ({ entry: { macAddress } }: { entry: { macAddress: string | null } }) =>
  macAddress ?? (
    <span className="inline-flex items-center gap-1.5 font-sans font-semibold text-down">
      <Glyph tone="down" /> INCOMPLETE
    </span>
  )
