import type { MovedFrom } from '#lib/contract/index.ts'
import { Between } from '../ui/time.tsx'

/** Where a resource was before, in a line; nothing of one that was not moved. */
export function MovedFromLine({ moved }: { moved: MovedFrom | null | undefined }) {
  if (!moved) return null
  return (
    <p className="min-w-0 text-xs text-ink-2">
      Moved from <code className="font-mono break-all text-ink">{moved.resourceId}</code>,{' '}
      <Between bounds={moved.between} />. Its history, declarations and usage go on here.
    </p>
  )
}
