import type { ReactNode } from 'react'
import { PageLink } from '../links/page-link.tsx'
import { Status } from '../ui/status.tsx'
import type { TopologyMap, MapItem } from './estate.ts'
import { FoldButton } from './fold-button.tsx'

/** The map as a list for narrow screens: the same items in the same order, nested by membership. */
export function MapList({ map, onFold }: { map: TopologyMap; onFold?: (place: string) => void }) {
  return (
    <div className="grid gap-3">
      {map.places.map((place) => (
        <section key={place.key} aria-label={place.name}>
          <div className="flex items-center justify-between">
            <h3 className="text-xs text-ink-3">{place.name}</h3>
            {onFold && <FoldButton place={place} onFold={onFold} />}
          </div>
          <ul>
            {place.rows.map((row) => (
              <li key={row.key} className="border-b py-2 last:border-b-0">
                <Item item={row}>
                  <Status {...row.status} />
                </Item>
                <ul className="mt-1 grid gap-0.5 border-l-2 pl-2.5 text-xs">
                  {row.lines.map((line) => (
                    <li key={line.key} className="flex flex-wrap items-baseline gap-x-2">
                      <span className="min-w-18 text-ink-2">{line.name}</span>
                      <Status {...line.status} />
                      {line.traffic && <span className="text-ink-3">{line.traffic}</span>}
                    </li>
                  ))}
                  <li className="text-ink-3">
                    {[row.site.name, row.site.detail].filter(Boolean).join(', ')} to{' '}
                    {row.links.length === 0 ? 'no gateway' : gatewayNames(map, row.links)}
                  </li>
                  {row.probe && <li className="text-ink-3">{row.probe.title}</li>}
                </ul>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <section aria-label="Gateways and networks">
        <h3 className="text-xs text-ink-3">Gateways and networks</h3>
        <ul>
          {map.gateways.map((gateway) => (
            <li key={gateway.key} className="border-b py-2 last:border-b-0">
              <Item item={gateway}>
                <Status {...gateway.status} />
              </Item>
              <p className="mt-0.5 text-xs text-ink-3">
                {gateway.instances.map(({ address, status }) => `${address} ${status.word}`).join(' · ')}
              </p>
              <ul className="text-xs text-ink-3">
                {map.networks
                  .filter(({ gatewayIds }) => gatewayIds.includes(gateway.key))
                  .map((network) => (
                    <li key={network.key}>
                      in {network.name}
                      {network.spokes.map(({ key, name, status }) => (
                        <span key={key} className="block pl-2.5">
                          {name} <Status {...status} />
                        </span>
                      ))}
                    </li>
                  ))}
              </ul>
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}

function Item({ item, children }: { item: MapItem; children: ReactNode }) {
  return (
    <PageLink href={item.href} title={item.title} className="flex flex-wrap items-baseline justify-between gap-x-3">
      <span className="link font-medium">{item.name}</span>
      {children}
    </PageLink>
  )
}

const gatewayNames = (map: TopologyMap, links: TopologyMap['places'][number]['rows'][number]['links']) =>
  links.map(({ gatewayId }) => map.gateways.find(({ key }) => key === gatewayId)?.name ?? gatewayId).join(', ')
