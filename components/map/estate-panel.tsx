import { clsx } from 'clsx'
import ArrowDownIcon from 'lucide-react/icons/arrow-down'
import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryState } from 'nuqs'
import { useMemo, useState } from 'react'
import type { ActiveProblem } from '#lib/overview/api/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { useFailoverRisks } from '../circuits/use-failovers.ts'
import { useEndpointQuery } from '../data/index.ts'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { createLazyPlot } from '../charts/plot/lazy-plot.tsx'
import { formatCountWithPlural } from '../format/quantity.ts'
import { QueryStateView, EmptyNote, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { StateLabel } from '../ui/status.tsx'
import { PanelAge } from '../ui/times/answer-age.tsx'
import { PROBE_STEP_LENGTH } from './probe-summary.ts'
import { MapDrawing } from './map-drawing.tsx'
import { MapList } from './map-list.tsx'
import type { TopologyMap } from './map-model.ts'
import { bandwidthUseColors } from './row-drawing.tsx'
import { filterCircuits, buildEstateMap } from './estate-map.ts'

// The geographic map is loaded separately, because most users only view the map of paths.
const GeoMap = createLazyPlot(() => import('./geo/geo-map.tsx'))

const views = ['paths', 'places'] as const
/** Parser of the URL parameter with the names of places that the user expanded or collapsed. */
const turnedPlaces = parseAsArrayOf(parseAsString).withDefault([])

/**
 * Map of all monitored resources, from the customer to Azure: sites, circuits with their paths at peering locations,
 * gateways and networks. The user can switch to a geographic map.
 * @param problems problems of the overview; undefined = not loaded yet
 */
export function EstateMapPanel({ problems }: { problems: readonly ActiveProblem[] | undefined }) {
  const circuits = useEndpointQuery('circuits')
  const gateways = useEndpointQuery('gateways')
  const networks = useEndpointQuery('networks')
  const declared = useEndpointQuery('declarations').data?.data
  const knownCircuits = circuits.data?.data
  const knownGateways = gateways.data?.data
  const knownNetworks = networks.data?.data
  const networksPolledAt = networks.data?.freshness.state === 'stale' ? networks.data.freshness.latePollAt : null
  const probes = useEndpointQuery('probes', { step: PROBE_STEP_LENGTH }).data
  const moment = useSelectedPastMoment()
  const risks = useFailoverRisks()
  const [search, setSearch] = useState('')
  const [view, setView] = useQueryState('map', parseAsStringLiteral(views).withDefault('paths'))
  const [turned, setTurned] = useQueryState('turned', turnedPlaces)
  const map = useMemo(
    () =>
      knownCircuits && knownGateways
        ? buildEstateMap(
            {
              circuits: filterCircuits(knownCircuits, search),
              gateways: knownGateways,
              networks: knownNetworks ?? [],
              ...(networksPolledAt === null ? {} : { networksPolledAt }),
              sites: declared?.sites ?? [],
              learnedSites: declared?.learnedSites ?? [],
              ...(problems ? { problems } : {}),
              risks,
              ...(probes ? { probes: { tests: probes.data, asOf: Date.parse(moment ?? probes.asOf) } } : {}),
            },
            new Set(turned),
          )
        : null,
    [
      knownCircuits,
      knownGateways,
      knownNetworks,
      networksPolledAt,
      declared,
      problems,
      probes,
      moment,
      risks,
      search,
      turned,
    ],
  )
  const turn = (place: string) =>
    void setTurned((before) => {
      const others = before.filter((one) => one !== place)
      if (others.length === before.length) others.push(place)
      return others.length === 0 ? null : others
    })
  const skeleton = <SkeletonRows rows={8} height="3.75rem" />
  return (
    <section aria-labelledby="map" className="min-w-0">
      <header className="mb-2 flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
        <h2 id="map" className="text-sm font-semibold">
          Map
        </h2>
        <p className="min-w-0 text-xs text-ink-3">{map && leftOut(map, networks.error !== null)}</p>
        {map && <FailedCircuits map={map} />}
        <div className="ml-auto flex min-w-0 flex-wrap items-center justify-end gap-2 max-sm:w-full">
          {circuits.data && <PanelAge answer={circuits.data} />}
          {knownCircuits && knownCircuits.length > 1 && (
            <input
              type="search"
              aria-label="Filter the map"
              placeholder="Filter the map"
              value={search}
              onChange={({ target }) => setSearch(target.value)}
              className="h-7 w-40 min-w-0 rounded-md border bg-surface px-2 text-sm max-sm:flex-1 print:hidden"
            />
          )}
          <Button className="print:hidden" onClick={() => void setView(view === 'places' ? null : 'places')}>
            {view === 'places' ? 'Paths' : 'Places'}
          </Button>
        </div>
      </header>
      <QueryStateView query={circuits} skeleton={skeleton}>
        {() => (
          <QueryStateView query={gateways} skeleton={skeleton}>
            {() =>
              view === 'places' && knownCircuits ? (
                <GeoMap
                  circuits={filterCircuits(knownCircuits, search)}
                  sites={declared?.sites ?? []}
                  {...(problems ? { problems } : {})}
                />
              ) : (
                map && <Drawn map={map} onFold={turn} />
              )
            }
          </QueryStateView>
        )}
      </QueryStateView>
    </section>
  )
}

function Drawn({ map, onFold }: { map: TopologyMap; onFold: (place: string) => void }) {
  if (map.places.length === 0 && map.gateways.length === 0) {
    return (
      <EmptyNote title="No resources yet">
        Circuits and gateways appear here after the first inventory. Check{' '}
        <PageLink href="/sources" className="link">
          Sources
        </PageLink>{' '}
        for errors from Azure.
      </EmptyNote>
    )
  }
  return (
    <div className="@container">
      <div className="hidden @min-[50rem]:block">
        <MapDrawing map={map} onFold={onFold} />
        <LoadKey />
      </div>
      <div className="@min-[50rem]:hidden">
        <MapList map={map} onFold={onFold} />
      </div>
    </div>
  )
}

/** Maximum number of failed rows that are named above the map. */
const MARKS = 3

/**
 * Names the rows of the map (circuits and tunnels) that are down or degraded, each with a button that scrolls to the
 * row. A failed row is not moved to the top of the map, so that it may be outside of the visible part of the page.
 */
function FailedCircuits({ map }: { map: TopologyMap }) {
  const failed = map.places
    .flatMap(({ rows }) => rows)
    .filter(({ status: { tone } }) => tone === 'down' || tone === 'degraded')
    .toSorted((a, b) => a.rank - b.rank)
  if (failed.length === 0) return null
  return (
    <ul
      aria-label="Failed in the map"
      className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 text-xs print:hidden"
    >
      {failed.slice(0, MARKS).map(({ key, name, status }) => (
        <li key={key} className="min-w-0">
          <button
            type="button"
            className="flex min-h-6 max-w-full flex-wrap items-center gap-x-1.5 text-left hover:underline"
            onClick={() => scrollToRow(key)}
          >
            <StateLabel {...status} />
            <span className="inline-flex max-w-full items-center gap-1.5">
              <span className="min-w-0 wrap-anywhere">{name}</span>
              <ArrowDownIcon aria-hidden className="size-3.5 shrink-0 text-ink-3" />
            </span>
          </button>
        </li>
      ))}
      {failed.length > MARKS && <li className="text-ink-2">{failed.length - MARKS} more</li>}
    </ul>
  )
}

/** Scrolls to a row of the drawing, or of the list that replaces the drawing on a narrow screen. */
function scrollToRow(key: string): void {
  const rows = [...document.querySelectorAll(`[data-map-row="${CSS.escape(key)}"]`)]
  rows.find((row) => row.getClientRects().length > 0)?.scrollIntoView({ block: 'center' })
}

/** Legend for the colors and widths of the map's lines. */
const LoadKey = () => (
  <p className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-3">
    <span>↑ to Azure, ↓ from Azure. Width and color: share of the bandwidth</span>
    {bandwidthUseColors.map(({ fill, words }) => (
      <span key={words} className="flex items-center gap-1">
        <span aria-hidden className={clsx('h-1 w-5 rounded-full', fill)} /> {words}
      </span>
    ))}
  </p>
)

/** Describes in one line which resources the map leaves out or combines. */
function leftOut({ grouped, unreached }: TopologyMap, networksFailed: boolean): string {
  const left = [
    grouped ? 'healthy circuits are grouped by location' : null,
    unreached > 0 ? `${formatCountWithPlural(unreached, 'network')} without a gateway` : null,
    networksFailed ? 'networks could not be loaded' : null,
  ].filter((part) => part !== null)
  return left.join('; ')
}
