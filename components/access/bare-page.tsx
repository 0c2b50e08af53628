import type { ReactNode } from 'react'
import { BrandMark } from '../ui/drawing/brand-mark.tsx'

/** Layout of a page without navigation, for visitors who cannot see any other page yet. */
export function BarePage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-5 px-4 py-10">
      <p className="flex items-center gap-2 text-xl font-semibold tracking-tight">
        <BrandMark className="size-7" />
        Peerwatch
      </p>
      <section className="w-full max-w-sm rounded-lg border bg-surface p-5">
        <h1 className="mb-4 text-base font-semibold">{title}</h1>
        {children}
      </section>
    </main>
  )
}
