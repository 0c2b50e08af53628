import type { ReactNode } from 'react'
import { PageLink } from '../links/page-link.tsx'
import { StateLabel } from '../ui/status.tsx'
import type { TopologyMap, MapItem } from './map-model.ts'
import { FoldMapPlaceButton } from './fold-button.tsx'
import { hasPlaceHead } from './layout.ts'
import { getListedLines, getListedStatus } from './list-lines.ts'
import { formatProbe } from './probe-summary.ts'

/**
 * The map as a list for narrow screens, in the same order. A healthy circuit has one line, and so has a circuit whose
 * paths have the same last known state; for other circuits, the paths are also listed. Networks are left out, because
 * they are on the pages of their gateways.
 */
export function MapList({ map, onFold }: { map: TopologyMap; onFold?: (place: string) => void }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      {map.places.map((place) => (
        <section key={place.key} aria-label={place.name}>
          {/* a place with a single circuit has no heading, as in the drawing of the map */}
          {hasPlaceHead(place) && (
            <div className="flex items-center justify-between">
              <h3 className="text-xs text-ink-3">{place.name}</h3>
              {onFold && <FoldMapPlaceButton place={place} onFold={onFold} />}
            </div>
          )}
          <ul>
            {place.rows.map((row) => (
              <li key={row.key} data-map-row={row.key} className="border-b py-1.5 last:border-b-0">
                <Item item={row}>
                  <StateLabel {...getListedStatus(row)} />
                </Item>
                <p className="text-xs wrap-anywhere text-ink-3">
                  {[row.risk, row.site.name, ...formatProbe(row.probe).map(({ text }) => text)]
                    .filter(Boolean)
                    .join(', ')}
                </p>
                {getListedLines(row).length > 0 && (
                  <ul className="mt-1 grid gap-0.5 border-l-2 pl-2.5 text-xs">
                    {getListedLines(row).map((line) => (
                      <li key={line.key} className="flex flex-wrap items-baseline gap-x-2">
                        <span className="min-w-18 text-ink-2">{line.name}</span>
                        <StateLabel {...line.status} />
                        {line.traffic && <span className="text-ink-3">{line.traffic}</span>}
                      </li>
                    ))}
                  </ul>
                )}
              </li>
            ))}
          </ul>
        </section>
      ))}
      <section aria-label="Gateways">
        <h3 className="text-xs text-ink-3">Gateways</h3>
        <ul>
          {map.gateways.map((gateway) => (
            <li key={gateway.key} className="border-b py-1.5 last:border-b-0">
              <Item item={gateway}>
                <StateLabel {...gateway.status} />
              </Item>
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}

function Item({ item, children }: { item: MapItem; children: ReactNode }) {
  return (
    <PageLink
      href={item.href}
      title={item.title}
      className="flex min-h-6 flex-wrap items-center justify-between gap-x-3"
    >
      <span className="link font-medium">{item.name}</span>
      {children}
    </PageLink>
  )
}
