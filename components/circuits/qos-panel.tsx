import type { Circuit } from '#lib/circuits/api/index.ts'
import { RuleSource } from '../ui/facts/azure-rule.tsx'
import { PanelFactGrid, Panel } from '../ui/panel.tsx'
import { formatTrafficClassBandwidth, formatTrafficClassDrops, formatQosDropsOfDirection } from './qos-text.ts'

const names: Record<Circuit['classes'][number]['name'], string> = { ef: 'EF', af: 'AF', best_effort: 'Best effort' }

/**
 * Panel with the traffic of the circuit that Azure dropped in the last 24 hours, compared with the provider's traffic
 * classes.
 */
export function QosPanel({ circuit }: { circuit: Circuit }) {
  const { classes, bandwidthMbps } = circuit
  const drops = circuit.qosDrops ?? null
  return (
    <Panel id="qos" title="QoS" note="drops of 24 h, by Azure Monitor">
      <PanelFactGrid
        facts={[
          ['Dropped to Azure', formatQosDropsOfDirection(drops?.in ?? null)],
          ['Dropped from Azure', formatQosDropsOfDirection(drops?.out ?? null)],
        ]}
      />
      {classes.length > 0 && (
        <table className="mt-3 w-full max-w-2xl text-left text-xs">
          <caption className="sr-only">The provider’s classes and the drops against them</caption>
          <thead>
            <tr className="border-b text-ink-3">
              <th scope="col" className="py-1 pr-4 font-medium">
                Class (declared)
              </th>
              <th scope="col" className="py-1 pr-4 font-medium">
                Bandwidth
              </th>
              <th scope="col" className="py-1 font-medium">
                Largest drop, if all was of this class
              </th>
            </tr>
          </thead>
          <tbody>
            {classes.map((one) => (
              <tr key={one.name} className="border-b last:border-b-0">
                <th scope="row" className="py-1 pr-4 font-medium">
                  {names[one.name]}
                </th>
                <td className="py-1 pr-4">{formatTrafficClassBandwidth(one, bandwidthMbps)}</td>
                <td className="py-1">{formatTrafficClassDrops(one, drops, bandwidthMbps)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="mt-2 text-xs text-ink-3">
        Drops of the whole circuit beyond its bandwidth. Drops in the provider’s network are not counted.{' '}
        <RuleSource rule="qos" />
      </p>
    </Panel>
  )
}
