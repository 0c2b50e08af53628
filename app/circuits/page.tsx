import type { Metadata } from 'next'
import { CircuitsPage } from '#components/circuits/circuits-page.tsx'

export const metadata: Metadata = { title: 'Circuits' }

export default function Page() {
  return <CircuitsPage />
}
