'use client'

import { clsx } from 'clsx'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useMemo, useState } from 'react'
import type { ActiveProblem } from '#lib/contract/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { useEndpoint } from '../data/index.ts'
import { lazyPlot } from '../charts/plot/lazy-plot.tsx'
import { plural } from '../format/quantity.ts'
import { AnswerView, Empty, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { Panel } from '../ui/panel.tsx'
import { AsOfAnswer } from '../ui/time.tsx'
import { circuitsNamed } from './circuits-named.ts'
import { MapDrawing } from './map-drawing.tsx'
import { MapList } from './map-list.tsx'
import type { TopologyMap } from './estate.ts'
import { loadSteps } from './row-drawing.tsx'
import { estateMapOf } from './estate-map.ts'

// its own chunk: most visits see paths
const GeoMap = lazyPlot(() => import('./geo/geo-map.tsx'))

const views = ['paths', 'places'] as const

/**
 * Map of the estate: sites, circuits with their paths, peering locations, gateways, networks.
 * @param problems the overview's; undefined = not read yet
 */
export function EstatePanel({ problems }: { problems: readonly ActiveProblem[] | undefined }) {
  const circuits = useEndpoint('circuits')
  const gateways = useEndpoint('gateways')
  const networks = useEndpoint('networks')
  const declared = useEndpoint('declarations').data?.data
  const knownCircuits = circuits.data?.data
  const knownGateways = gateways.data?.data
  const knownNetworks = networks.data?.data
  const [search, setSearch] = useState('')
  const [view, setView] = useQueryState('map', parseAsStringLiteral(views).withDefault('paths'))
  const map = useMemo(
    () =>
      knownCircuits && knownGateways
        ? estateMapOf({
            circuits: circuitsNamed(knownCircuits, search),
            gateways: knownGateways,
            networks: knownNetworks ?? [],
            sites: declared?.sites ?? [],
            learnedSites: declared?.learnedSites ?? [],
            ...(problems ? { problems } : {}),
          })
        : null,
    [knownCircuits, knownGateways, knownNetworks, declared, problems, search],
  )
  const skeleton = <SkeletonRows rows={8} height="3.75rem" />
  return (
    <Panel
      title="Estate"
      note={map && leftOut(map, networks.error !== null)}
      aside={
        <>
          <Button onClick={() => void setView(view === 'places' ? null : 'places')}>
            {view === 'places' ? 'Paths' : 'Places'}
          </Button>
          {knownCircuits && knownCircuits.length > 1 && (
            <input
              type="search"
              aria-label="Filter the map"
              placeholder="Filter the map"
              value={search}
              onChange={({ target }) => setSearch(target.value)}
              className="h-7 w-44 rounded-md border bg-surface px-2 text-sm print:hidden"
            />
          )}
          <AsOfAnswer answer={circuits.data} />
        </>
      }
    >
      <AnswerView query={circuits} skeleton={skeleton}>
        {() => (
          <AnswerView query={gateways} skeleton={skeleton}>
            {() =>
              view === 'places' && knownCircuits ? (
                <GeoMap
                  circuits={circuitsNamed(knownCircuits, search)}
                  sites={declared?.sites ?? []}
                  {...(problems ? { problems } : {})}
                />
              ) : (
                map && <Drawn map={map} />
              )
            }
          </AnswerView>
        )}
      </AnswerView>
    </Panel>
  )
}

function Drawn({ map }: { map: TopologyMap }) {
  if (map.places.length === 0 && map.gateways.length === 0) {
    return (
      <Empty title="No resources yet">
        Circuits and gateways appear here after the first inventory. Check{' '}
        <PageLink href="/sources" className="link">
          Sources
        </PageLink>{' '}
        for errors from Azure.
      </Empty>
    )
  }
  return (
    <div className="@container">
      <div className="hidden @min-[45rem]:block">
        <MapDrawing map={map} />
        <LoadKey />
      </div>
      <div className="@min-[45rem]:hidden">
        <MapList map={map} />
      </div>
    </div>
  )
}

/** How lines are read. */
const LoadKey = () => (
  <p className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-2xs text-ink-3">
    <span>Width and colour of what is up: share of the bandwidth</span>
    {loadSteps.map(({ fill, words }) => (
      <span key={words} className="flex items-center gap-1">
        <span aria-hidden className={clsx('h-1 w-5 rounded-full', fill)} /> {words}
      </span>
    ))}
  </p>
)

/** What the map leaves out. */
function leftOut({ grouped, unreached }: TopologyMap, networksFailed: boolean): string {
  const left = [
    grouped ? 'healthy circuits are grouped by location' : null,
    unreached > 0 ? `${plural(unreached, 'network')} without a gateway` : null,
    networksFailed ? 'networks could not be loaded' : null,
  ].filter((part) => part !== null)
  return left.length === 0 ? 'from on-premises to Azure, worst first' : left.join('; ')
}
