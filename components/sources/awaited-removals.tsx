import type { AwaitedRemoval } from '#lib/setup/api/index.ts'
import { plural } from '../format/quantity.ts'
import { Glyph } from '../ui/drawing/glyph.tsx'
import { Panel } from '../ui/panel.tsx'
import { Age } from '../ui/times/time.tsx'

/** How many names are shown of one type. */
const NAMES_SHOWN = 6

/** What the last inventory lacked and is still shown as it was, since one list does not prove that so much is gone. */
export function AwaitedRemovals({ removals }: { removals: AwaitedRemoval[] }) {
  if (removals.length === 0) return null
  return (
    <Panel title="Missing from the last inventory" flush note="gone only if the next one lacks it too">
      <ul>
        {removals.map(({ subscriptionId, type, names, known, between: [, by] }) => (
          <li key={`${subscriptionId} ${type}`} className="flex gap-3 border-b px-3.5 py-3 last:border-b-0">
            <Glyph tone="degraded" className="mt-1 size-3" />
            <div className="min-w-0 flex-1">
              <p className="break-words">
                <span className="font-semibold">
                  {names.length} of {plural(known, 'resource')}
                </span>{' '}
                <span className="text-ink-2">of type {type}</span>
              </p>
              <p className="break-words text-ink-2">{namesOf(names)}</p>
              <p className="mt-1 text-xs text-ink-3">
                first missing <Age at={by} /> · subscription {subscriptionId}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

const namesOf = (names: readonly string[]) =>
  names.length <= NAMES_SHOWN
    ? names.join(', ')
    : `${names.slice(0, NAMES_SHOWN).join(', ')} and ${names.length - NAMES_SHOWN} more`
