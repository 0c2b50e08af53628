'use client'

import DownloadIcon from 'lucide-react/icons/download'
import PrinterIcon from 'lucide-react/icons/printer'
import type { CostReview } from '#lib/cost/api/index.ts'
import { apiUrl } from '../data/index.ts'
import { Button } from '../ui/button.tsx'

/** Exports the review: print, CSV, and FOCUS. */
export function ReviewActions({ review: { week, projections } }: { review: CostReview }) {
  const files = [
    { name: 'CSV', title: 'All circuits with all figures', url: apiUrl('cost/weekly/csv', { week }) },
    {
      name: 'FOCUS',
      title: 'A projection in FOCUS 1.2 format',
      url: apiUrl('cost/focus', { month: projections.month }),
    },
  ]
  return (
    <span className="flex flex-wrap items-center gap-1.5 print:hidden">
      {files.map(({ name, title, url }) => (
        <Button key={name} title={title} onClick={() => window.location.assign(url)}>
          <DownloadIcon aria-hidden />
          {name}
        </Button>
      ))}
      <Button onClick={() => window.print()}>
        <PrinterIcon aria-hidden />
        Print
      </Button>
    </span>
  )
}
