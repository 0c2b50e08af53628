import type { Metadata } from 'next'
import { GatewayPage } from '#components/gateways/gateway-page.tsx'

export const metadata: Metadata = { title: 'Gateway' }

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <GatewayPage id={decodeURIComponent(id)} />
}
