import { type ReactNode, useLayoutEffect } from 'react'
import { createPortal } from 'react-dom'
import { FixedChartSizeContext } from '../charts/fixed-size.ts'
import { formatInstant } from '../format/instant.ts'
import { useSelectedPastMoment, useIsSnapshotPage } from '../links/page-selection-provider.tsx'
import type { ResponseAge } from '../ui/times/age-text.ts'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { formatLatePoll } from '../ui/times/late-text.ts'
import { usePrinting } from './use-printing.ts'

/**
 * Width of the content of a sheet in px: A4 without the margins in `app/globals.css` (186 mm). Drawings on the sheet
 * get this width instead of a measured width, because browsers do not measure elements again for printing.
 */
const WIDTH_PX = 703
/** Font size of paper relative to 16 px, see `app/globals.css`. */
const TYPE_SCALE = 0.74

interface SheetHead {
  /** null = the page shows its own title, and the foot of each page contains the title of the browser's tab */
  title: string | null
  /** longer title for the foot of each page; absent = `title` */
  name?: string
  /** response that the sheet shows; it contains the time of the data */
  answer?: ResponseAge | undefined
  /** short text next to the title, for example a state, a severity or a time range */
  status?: ReactNode
}

/**
 * Sheet that is printed in place of the page: a head with the title, the time of the data and the address, then the
 * content, then lines to sign. Its width is A4 without margins. Pages with a "Print" button use it, so that the button
 * and the browser's own print command print the same sheet (ADR 0351).
 * @param content renders the content; it is called only while the page is printed
 * @param signature names of the lines to sign; absent = none
 * @param isOver whether the sheet is printed in place of the sheet of the page, for an open dialog
 */
export function PrintedDocumentLayout({
  content,
  signature = [],
  isOver = false,
  ...head
}: SheetHead & { content: () => ReactNode; signature?: readonly string[]; isOver?: boolean }) {
  if (!usePrinting()) return null
  return createPortal(
    <article data-sheet={isOver ? 'over' : 'page'} className="flex flex-col gap-3">
      <PaperHead {...head} property="--sheet-foot" />
      <FixedChartSizeContext value={{ width: WIDTH_PX, scale: TYPE_SCALE }}>{content()}</FixedChartSizeContext>
      {signature.length > 0 && (
        // The lines to sign stay on the page of the end of the content, so that no page contains only them.
        <dl
          aria-label="Signature"
          className="mt-6 flex break-before-avoid break-inside-avoid gap-x-6 text-xs text-ink-2"
        >
          {signature.map((name) => (
            <div key={name} className="flex-1 border-t border-line-strong pt-1 first:flex-[2]">
              <dt>{name}</dt>
            </div>
          ))}
        </dl>
      )}
    </article>,
    document.body,
  )
}

/** Head of a printed page without a sheet of its own; renders nothing on the screen. */
export const PrintedPageHead = () => (usePrinting() ? <PaperHead title={null} property="--page-foot" /> : null)

/**
 * Head of a printed page: title, time of the data, time of printing and, except in a snapshot, the page's address. It
 * also sets the text for the foot of each printed page, to which the style sheet `app/globals.css` adds the page
 * number.
 */
function PaperHead({
  title,
  name,
  answer,
  status,
  property,
}: SheetHead & { property: '--sheet-foot' | '--page-foot' }) {
  const moment = useSelectedPastMoment()
  const printedAt = useRealNow()
  const isFrozen = useIsSnapshotPage()
  const shownAt = formatInstant(Date.parse(moment ?? answer?.asOf ?? '') || printedAt, 'UTC')
  const late = moment === null && answer ? formatLatePoll(answer.freshness, printedAt) : null
  const foot = `${name ?? title ?? document.title}, as of ${shownAt}`
  useLayoutEffect(() => {
    const { style } = document.documentElement
    style.setProperty(property, `"${foot.replaceAll(/["\\\n]/g, ' ')}"`)
    return () => {
      style.removeProperty(property)
    }
  }, [property, foot])
  return (
    <header className="mb-2 border-b border-line-strong pb-2">
      <p className="flex flex-wrap justify-between gap-x-6 text-xs text-ink-2">
        <span className="font-semibold">Peerwatch</span>
        <span>
          {moment === null ? 'As of ' : 'State of '}
          <strong className="font-semibold text-ink">{shownAt}</strong>
          {late && `, ${late}`}, printed {formatInstant(printedAt, 'UTC')}
        </span>
      </p>
      {title && (
        <h1 className="mt-2 text-xl font-semibold tracking-tight break-words">
          {title}
          {status && <span className="ml-3 text-sm font-normal tracking-normal">{status}</span>}
        </h1>
      )}
      {/* the address of a snapshot contains its token, which opens the page without signing in */}
      {!isFrozen && <p className="mt-1 text-xs break-all text-ink-2">{window.location.href}</p>}
    </header>
  )
}
