'use client'

import type { RouterListed } from '#lib/routers/api/index.ts'
import { useEndpoint } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { ListPage } from '../resource-page/list-page.tsx'
import { Empty } from '../ui/answer-view.tsx'
import { Status } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { Age } from '../ui/times/time.tsx'
import { RouterSetup, type StationPlaces } from './router-setup.tsx'
import {
  endsDetail,
  endsStatus,
  peerStatus,
  protocolName,
  routerName,
  routerStatus,
  worstEnds,
} from './router-words.ts'

const neighborsOf = ({ peers }: RouterListed) => peers.filter(({ neighbor }) => neighbor !== null)

const columns: Column<RouterListed>[] = [
  {
    id: 'router',
    header: 'Router',
    value: routerName,
    cell: (router) => (
      <span className="flex flex-col">
        <PageLink href={`/routers/${router.id}`} className="link font-medium">
          {routerName(router)}
        </PageLink>
        <span className="font-mono text-xs text-ink-2">{router.address}</span>
      </span>
    ),
  },
  {
    id: 'state',
    header: 'State',
    value: (router) => routerStatus(router).word,
    cell: (router) => (
      <span className="flex flex-col">
        <Status {...routerStatus(router)} className="whitespace-nowrap" />
        <span className="text-xs text-ink-2">
          {router.ended ? (
            <>
              {router.ended.words}, <Age at={router.observedUntil} />
            </>
          ) : (
            <>
              connected <Age at={router.since} />
            </>
          )}
        </span>
      </span>
    ),
  },
  {
    id: 'sessions',
    header: 'Sessions at the router',
    value: (router) =>
      neighborsOf(router)
        .map((peer) => `${peer.neighbor} ${peerStatus(peer).word}`)
        .join('; '),
    cell: (router) => (
      <span className="flex flex-col gap-0.5">
        {neighborsOf(router).map((peer) => (
          <span key={peer.id} className="flex flex-wrap items-center gap-x-2 text-xs">
            <span className="font-mono">{peer.neighbor}</span>
            <Status {...peerStatus(peer)} />
          </span>
        ))}
      </span>
    ),
  },
  {
    id: 'paths',
    header: 'Paths',
    value: (router) =>
      neighborsOf(router)
        .map(({ join }) => join?.paths.map(({ circuitName, path }) => `${circuitName} ${path}`).join(' or ') ?? '')
        .join('; '),
    cell: (router) => (
      <span className="flex flex-col gap-0.5 text-xs">
        {neighborsOf(router).map(({ id, join }) => (
          <span key={id}>
            {join?.paths.map(({ circuitName, path }) => `${circuitName} ${path}`).join(' or ') || 'no circuit’s'}
            {join && join.paths.length > 0 && <span className="text-ink-3"> ({join.state})</span>}
          </span>
        ))}
      </span>
    ),
  },
  {
    id: 'ends',
    header: 'Both ends',
    value: ({ peers }) => worstEnds(peers)?.verdict ?? null,
    cell: ({ peers }) => {
      const worst = worstEnds(peers)
      return worst ? (
        <span className="flex flex-col">
          <Status {...endsStatus(worst)} className="whitespace-nowrap" />
          <span className="max-w-[44ch] text-xs text-ink-2">{endsDetail(worst)}</span>
        </span>
      ) : (
        <span className="text-ink-3">no path is known</span>
      )
    },
  },
  {
    id: 'protocol',
    header: 'By',
    value: ({ protocol }) => protocolName(protocol),
    className: 'text-xs text-ink-2',
  },
  { id: 'software', header: 'Software', value: ({ software }) => software, className: 'text-xs text-ink-2' },
]

/** Customers' routers that report, and how to let another one do so. */
export function RoutersPage({ station }: { station: StationPlaces }) {
  return (
    <>
      <ListPage query={useEndpoint('routers')} title="Routers" rows={4}>
        {(routers) => (
          <DataTable
            name="routers"
            caption="Customers’ routers"
            columns={columns}
            rows={routers}
            rowKey={({ id }) => id}
            rowTone={(router) => routerStatus(router).tone}
            empty={
              <Empty title="No router reports">
                Set BMP_LISTEN or SYSLOG_LISTEN, and ROUTERS_ALLOW, and let routers connect to that address as
                configured below.
              </Empty>
            }
          />
        )}
      </ListPage>
      <div className="mt-4">
        <RouterSetup station={station} />
      </div>
    </>
  )
}
