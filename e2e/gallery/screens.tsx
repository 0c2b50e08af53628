import type { ReactNode } from 'react'
import { CircuitPage } from '#components/circuits/circuit-page.tsx'
import { CircuitsPage } from '#components/circuits/circuits-page.tsx'
import { CostPage } from '#components/cost/cost-page.tsx'
import { buildApiUrl } from '#components/data/client.ts'
import { EventsPage } from '#components/events/events-page.tsx'
import { GatewayPage } from '#components/gateways/gateway-page.tsx'
import { IncidentsPage } from '#components/incidents/incidents-page.tsx'
import { OverviewPage } from '#components/overview/overview-page.tsx'
import { ResiliencePage } from '#components/resilience/resilience-page.tsx'
import { RoutesPage } from '#components/routes/routes-page.tsx'
import { SessionsPage } from '#components/sessions/sessions-page.tsx'
import { DataSourcesPage } from '#components/sources/sources-page.tsx'
import { WallPage } from '#components/wall/wall-page.tsx'
import { parseWallSettings, createWallQuery } from '#components/wall/wall-settings.ts'

const settings = parseWallSettings({})

const wall = () => (
  <WallPage
    answer={null}
    settings={settings}
    url={buildApiUrl('wall', createWallQuery(settings))}
    historyUrl={buildApiUrl('wall/history', {})}
    links={null}
    zone="UTC"
    build="gallery"
    openAccess={false}
    mayAcknowledge={false}
    renderedAt={Math.floor(Date.now() / 1_000) * 1_000}
  />
)

const screens: Record<string, (id: string) => ReactNode> = {
  '': () => <OverviewPage />,
  circuits: (id) => (id ? <CircuitPage id={id} /> : <CircuitsPage />),
  gateways: (id) => <GatewayPage id={id} />,
  sessions: () => <SessionsPage />,
  routes: () => <RoutesPage />,
  incidents: () => <IncidentsPage />,
  events: () => <EventsPage />,
  resilience: () => <ResiliencePage />,
  cost: () => <CostPage />,
  sources: () => <DataSourcesPage />,
  wall,
}

/** Returns the screen at a path of the product, and whether it is shown within the frame of the screens. */
export function getScreenAtPath(pathname: string): { screen: ReactNode; framed: boolean } {
  const [name = '', id = ''] = pathname.slice(1).split('/')
  return { screen: screens[name]?.(decodeURIComponent(id)) ?? null, framed: name !== 'wall' }
}
