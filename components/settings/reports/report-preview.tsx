'use client'

import { Button } from '../../ui/button.tsx'
import { saveText } from '../../ui/download.ts'
import { usePreview } from './use-reports.ts'

/** Shows a report as its recipients would get it now; the files can be saved. */
export function ReportPreviewButton({ id, name }: { id: string; name: string }) {
  const preview = usePreview()
  const shown = preview.data?.data
  return (
    <>
      <Button
        disabled={preview.isPending}
        aria-label={`${shown ? 'Hide the preview of' : 'Preview'} ${name}`}
        onClick={() => (shown ? preview.reset() : preview.mutate(id))}
      >
        {shown ? 'Hide preview' : 'Preview'}
      </Button>
      {preview.error && (
        <p role="alert" className="w-full text-xs font-medium text-down">
          {preview.error.message}
        </p>
      )}
      {shown && (
        <div className="w-full">
          <p className="flex flex-wrap gap-2 pb-2 text-xs">
            <Button onClick={() => saveText(`${shown.period}.html`, 'text/html', shown.html)}>Save the page</Button>
            {shown.attachments.map((file) => (
              <Button key={file.name} onClick={() => saveText(file.name, 'text/csv', file.text)}>
                {file.name}
              </Button>
            ))}
          </p>
          <iframe
            title={shown.subject}
            sandbox=""
            srcDoc={shown.html}
            className="h-[32rem] w-full rounded-md border bg-white sm:min-w-[40rem]"
          />
        </div>
      )}
    </>
  )
}
