import type { Metadata } from 'next'
import { CircuitPage } from '#components/circuits/circuit-page.tsx'

export const metadata: Metadata = { title: 'Circuit' }

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <CircuitPage id={decodeURIComponent(id)} />
}
