'use client'

import { useMemo } from 'react'
import type { ActiveProblem } from '#lib/contract/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { useEndpoint } from '../data/index.ts'
import { plural } from '../format/quantity.ts'
import { AnswerView, Empty, SkeletonRows } from '../ui/answer-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { AsOf } from '../ui/time.tsx'
import { MapDrawing } from './map-drawing.tsx'
import { MapList } from './map-list.tsx'
import type { TopologyMap } from './estate.ts'
import { estateMapOf } from './estate-map.ts'

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
  const map = useMemo(
    () =>
      knownCircuits && knownGateways
        ? estateMapOf({
            circuits: knownCircuits,
            gateways: knownGateways,
            networks: knownNetworks ?? [],
            sites: declared?.sites ?? [],
            learnedSites: declared?.learnedSites ?? [],
            ...(problems ? { problems } : {}),
          })
        : null,
    [knownCircuits, knownGateways, knownNetworks, declared, problems],
  )
  const skeleton = <SkeletonRows rows={8} height="3.75rem" />
  return (
    <Panel
      title="Estate"
      note={map && leftOut(map, networks.error !== null)}
      aside={circuits.data && <AsOf asOf={circuits.data.asOf} freshness={circuits.data.freshness} />}
    >
      <AnswerView query={circuits} skeleton={skeleton}>
        {() => (
          <AnswerView query={gateways} skeleton={skeleton}>
            {() => map && <Drawn map={map} />}
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
      </div>
      <div className="@min-[45rem]:hidden">
        <MapList map={map} />
      </div>
    </div>
  )
}

/** What the map leaves out. */
function leftOut({ grouped, unreached }: TopologyMap, networksFailed: boolean): string {
  const left = [
    grouped ? 'healthy circuits are grouped by location' : null,
    unreached > 0 ? `${plural(unreached, 'network')} without a gateway` : null,
    networksFailed ? 'networks could not be loaded' : null,
  ].filter((part) => part !== null)
  return left.length === 0 ? 'from on-premises to Azure, worst first' : left.join('; ')
}
