import type { ReactNode } from 'react'
import type { RouteLookup } from '#lib/routes/api/index.ts'
import { PrintedDocumentLayout } from '../../paper/print-sheet.tsx'
import { formatLookupPathTitle, pickDrawnLookup } from '#lib/routes/words/lookup-text.ts'
import { useZone } from '../../ui/preferences.tsx'
import type { TimeRange } from '../../time/time-range.ts'
import type { ResponseAge } from '../../ui/times/age-text.ts'
import { LookupTimeStrips } from './lookup-time-strips.tsx'
import { createZonedLookupTimeFormat, LookupEvents } from './lookup-answer.tsx'
import { useLookupChanges, useLookupPath } from './lookup-over-time.tsx'
import { splitLookupPath } from './lookup-path.ts'
import { LookupPicture } from './lookup-picture.tsx'

/**
 * Data of the printed sheet, and the parts of the page (`lead`, `ranking`) that are printed in the same form as on the
 * screen.
 */
interface SheetContent {
  lookup: RouteLookup
  range: TimeRange
  /** result in words */
  lead: ReactNode
  /** list of the routes that cover the address */
  ranking: ReactNode
}

/** Printed form of a route lookup. A wide picture of the path has two rows, because paper is narrower than a screen. */
export function LookupPrintSheet({ answer, ...content }: SheetContent & { answer: ResponseAge }) {
  const title = `Route look-up: ${content.lookup.ip}`
  return <PrintedDocumentLayout title={title} answer={answer} content={() => <LookupOnPaper {...content} />} />
}

function LookupOnPaper({ lookup, range, lead, ranking }: SheetContent) {
  const rows = splitLookupPath(useLookupPath()(pickDrawnLookup(lookup)))
  const { moments, unpolled } = useLookupChanges(lookup, range)
  const at = Date.parse(lookup.at)
  const clock = createZonedLookupTimeFormat(at, useZone())
  return (
    <>
      {lead}
      {lookup.around && <LookupEvents around={lookup.around} at={at} />}
      {rows.some(({ nodes }) => nodes.length > 0) && (
        <section aria-label="Path" className="grid break-inside-avoid gap-2 border-t pt-3">
          {rows.map((path, row) => (
            <LookupPicture
              key={path.nodes[0]?.key}
              path={path}
              title={row === 0 ? `Path: ${formatLookupPathTitle(lookup, clock)}` : 'Path, continued'}
            />
          ))}
        </section>
      )}
      {lookup.around && (
        <LookupTimeStrips
          around={lookup.around}
          at={at}
          changes={moments.map(({ after }) => after)}
          unpolled={unpolled}
        />
      )}
      {ranking}
    </>
  )
}
