import type { ActiveProblem } from '#lib/overview/api/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { StateSymbol } from '../ui/drawing/glyph.tsx'
import { useTickingText } from '../ui/times/page-clock.tsx'
import { formatLastKnownStates } from './last-known-text.ts'

/**
 * Banner about late polls. It is above the states that are last known, so that their rows need only the time.
 * @param problems problems of the overview; undefined = not loaded yet
 */
export function LastKnownBanner({ problems }: { problems: readonly ActiveProblem[] | undefined }) {
  const text = useTickingText((now) => (problems && formatLastKnownStates(problems, now)) ?? '')
  if (text === '') return null
  return (
    <p
      role="status"
      className="flex items-center gap-2 rounded-lg border-l-4 border-line-strong bg-sunken px-4 py-2 text-sm"
    >
      <StateSymbol tone="unknown" className="size-3 shrink-0" />
      <span className="min-w-0 wrap-anywhere" suppressHydrationWarning>
        {text}{' '}
        <PageLink href="/sources" className="link">
          Show the polls
        </PageLink>
      </span>
    </p>
  )
}
