import { notFound } from 'next/navigation'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { preferencesOf } from '#app/_shared/preferences-of.ts'
import { SnapshotPage } from '#components/snapshot/frozen-page.tsx'
import { frozenPage } from '#lib/access/index.ts'
import { databaseBeside } from '#lib/questions/index.ts'

export const metadata = { title: 'Snapshot', robots: { index: false, follow: false }, referrer: 'no-referrer' }

/** The frozen page of a link; the front has answered whom it opens nothing (ADR 0267). */
export default async function Page({ params }: { params: Promise<{ token: string }> }) {
  await connection()
  const found = await frozenPage(databaseBeside('commands').pool, (await params).token)
  if (!found) notFound()
  const { page, search, madeBy, madeAt, expiresAt, answers } = found
  return (
    <SnapshotPage frozen={{ page, search, madeBy, madeAt, expiresAt, answers }} preferences={await preferencesOf()}>
      {await contentOf(page)}
    </SnapshotPage>
  )
}

/** Each loads its own scripts alone. */
async function contentOf(page: string): Promise<ReactNode> {
  const [, kind, id = ''] = page.split('/').map(decodeURIComponent)
  switch (kind) {
    case 'incidents': {
      const { IncidentPage } = await import('#components/incidents/incident-page.tsx')
      return <IncidentPage id={id} />
    }
    case 'circuits': {
      const { CircuitPage } = await import('#components/circuits/circuit-page.tsx')
      return <CircuitPage id={id} />
    }
    case 'gateways': {
      const { GatewayPage } = await import('#components/gateways/gateway-page.tsx')
      return <GatewayPage id={id} />
    }
    case 'routes': {
      const { RoutesPage } = await import('#components/routes/routes-page.tsx')
      return <RoutesPage />
    }
    case 'cost': {
      const { CostPage } = await import('#components/cost/cost-page.tsx')
      return <CostPage />
    }
    case 'handover': {
      const { HandoverPage } = await import('#components/handover/handover-page.tsx')
      return <HandoverPage />
    }
    default:
      return notFound()
  }
}
