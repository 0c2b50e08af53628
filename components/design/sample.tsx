import type { ReactNode } from 'react'

/** One sample with what it is called. */
export function Sample({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 border-b py-1.5 last:border-b-0">
      <span className="w-36 text-xs text-ink-3">{name}</span>
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1.5">{children}</div>
    </div>
  )
}
