'use client'

import type { ApiRouter } from '#lib/routers/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { ResourceListPage } from '../resource-page/list-page.tsx'
import { EmptyNote } from '../ui/answer-view.tsx'
import { StateLabel } from '../ui/status.tsx'
import { TwoLines, FirstTwoItems } from '../ui/table/cells.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { AgeText } from '../ui/times/time.tsx'
import { RouterSetup, type RouterReportAddresses } from './router-setup.tsx'
import {
  getSessionEndsDetail,
  getSessionEndsStatus,
  getRouterPeerStatus,
  formatRouterProtocol,
  getRouterName,
  getRouterStatus,
  findWorstSessionEnds,
} from './router-text.ts'

const neighborsOf = ({ peers }: ApiRouter) => peers.filter(({ neighbor }) => neighbor !== null)

const columns: DataTableColumn<ApiRouter>[] = [
  {
    id: 'router',
    header: 'Router',
    value: getRouterName,
    phone: 'both',
    cell: (router) => (
      <TwoLines
        first={
          <PageLink href={`/routers/${router.id}`} className="link font-medium">
            {getRouterName(router)}
          </PageLink>
        }
        second={<span className="font-mono">{router.address}</span>}
      />
    ),
  },
  {
    id: 'state',
    header: 'State',
    value: (router) => getRouterStatus(router).word,
    phone: 'state',
    cell: (router) => (
      <TwoLines
        first={<StateLabel {...getRouterStatus(router)} />}
        second={
          router.ended ? (
            <>
              {router.ended.words}, <AgeText at={router.observedUntil} />
            </>
          ) : (
            <>
              connected <AgeText at={router.since} />
            </>
          )
        }
        className="sm:max-w-60"
      />
    ),
  },
  {
    id: 'sessions',
    header: 'Sessions at the router',
    priority: 1,
    value: (router) => neighborsOf(router).map(sessionText).join('; '),
    cell: (router) => (
      <FirstTwoItems
        all={neighborsOf(router)}
        textOf={sessionText}
        draw={(peer) => (
          <span className="inline-flex items-center gap-x-2">
            <span className="font-mono">{peer.neighbor}</span>
            <StateLabel {...getRouterPeerStatus(peer)} />
          </span>
        )}
      />
    ),
  },
  {
    id: 'paths',
    header: 'Paths',
    priority: 2,
    value: (router) => neighborsOf(router).map(pathsText).join('; '),
    cell: (router) => (
      <FirstTwoItems
        all={neighborsOf(router)}
        textOf={(peer) => `${peer.neighbor} ${pathsText(peer)}`}
        draw={pathsText}
      />
    ),
  },
  {
    id: 'ends',
    header: 'Both ends',
    value: ({ peers }) => findWorstSessionEnds(peers)?.verdict ?? null,
    phone: 'fact',
    keep: true,
    cell: ({ peers }) => {
      const worst = findWorstSessionEnds(peers)
      return worst ? (
        <TwoLines
          first={<StateLabel {...getSessionEndsStatus(worst)} />}
          second={getSessionEndsDetail(worst)}
          title={getSessionEndsDetail(worst) ?? undefined}
          className="max-w-60"
        />
      ) : (
        <span className="text-ink-3">no path known</span>
      )
    },
  },
  {
    id: 'protocol',
    header: 'By',
    value: ({ protocol }) => formatRouterProtocol(protocol),
    priority: 3,
    className: 'text-ink-2',
  },
  { id: 'software', header: 'Software', priority: 4, value: ({ software }) => software, className: 'text-ink-2' },
]

type Peer = ApiRouter['peers'][number]
function sessionText(peer: Peer): string {
  return `${peer.neighbor} ${getRouterPeerStatus(peer).word}`
}
/** Formats the circuit path that matches a session: `erc-london primary (certain)` */
function pathsText({ join }: Peer): string {
  if (!join || join.paths.length === 0) return 'no circuit’s'
  return `${join.paths.map(({ circuitName, path }) => `${circuitName} ${path}`).join(' or ')} (${join.state})`
}

/** Page with the customer routers that report to Peerwatch, and instructions to connect another router. */
export function RoutersPage({ station }: { station: RouterReportAddresses }) {
  return (
    <>
      <ResourceListPage query={useEndpointQuery('routers')} title="Routers" rows={4}>
        {(routers) => (
          <DataTable
            name="routers"
            caption="Customers’ routers"
            columns={columns}
            rows={routers}
            rowKey={({ id }) => id}
            lines={2}
            statusOf={getRouterStatus}
            empty={
              <EmptyNote title="No router reports">
                A router that does adds its own end of each session, why it went down, and the routes on both sides of
                policy. Copy its configuration below.
              </EmptyNote>
            }
          />
        )}
      </ResourceListPage>
      <div className="mt-4">
        <RouterSetup station={station} />
      </div>
    </>
  )
}
