'use client'

import { Button } from '../../ui/button.tsx'
import { saveText } from '../../ui/download.ts'
import type { usePreview } from './use-reports.ts'

/** A report as its recipients would get it now; the files can be saved. */
export function ReportPreview({ preview }: { preview: ReturnType<typeof usePreview> }) {
  const shown = preview.data?.data
  if (preview.error) {
    return (
      <p role="alert" className="w-full text-xs font-medium text-down">
        {preview.error.message}
      </p>
    )
  }
  if (!shown) return null
  return (
    <div className="w-full min-w-0">
      <p className="flex flex-wrap gap-2 pb-2 text-xs">
        <Button onClick={() => saveText(`${shown.period}.html`, 'text/html', shown.html)}>Save the page</Button>
        {shown.attachments.map((file) => (
          <Button key={file.name} onClick={() => saveText(file.name, 'text/csv', file.text)}>
            Save {file.name}
          </Button>
        ))}
      </p>
      <iframe
        title={shown.subject}
        sandbox=""
        srcDoc={shown.html}
        className="h-[32rem] w-full max-w-[60rem] rounded-md border bg-white"
      />
    </div>
  )
}
