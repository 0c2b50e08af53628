import DownloadIcon from 'lucide-react/icons/download'
import { useState } from 'react'
import { getServerNow } from '../../data/server-clock.ts'
import { formatCountWithPlural } from '../../format/quantity.ts'
import { IconButton } from '../button.tsx'
import { CopyButton } from '../copy-button.tsx'
import { saveText } from '../save-file.ts'
import { useToast } from '../toast.tsx'
import {
  formatClipboardText,
  formatExportCsv,
  type ExportContext,
  buildExportedRows,
  createFileName,
  type ExportTime,
} from './exported-rows.ts'
import type { DataTableColumn } from './table-columns.ts'

export interface ExportedTable<Row> {
  name: string
  /** columns that are exported */
  taken: readonly DataTableColumn<Row>[]
  shown: () => Row[]
  /** loads all rows if the table shows only a page of them */
  exportRows?: (() => Promise<Row[]>) | undefined
  title: string
  file: string
  time: ExportTime | null
}

/** Buttons to copy rows as text and to save them as CSV. */
export function ExportButtons<Row>({ name, taken, shown, exportRows, title, file, time }: ExportedTable<Row>) {
  const [busy, setBusy] = useState(false)
  const notify = useToast()
  const viewNow = (): ExportContext => ({ title, time, address: window.location.href, now: getServerNow() })

  const download = async () => {
    setBusy(true)
    try {
      const rows = exportRows ? await exportRows() : shown()
      const view = viewNow()
      saveText(createFileName(file, view), 'text/csv', formatExportCsv(buildExportedRows(taken, rows, view), view))
      notify({ tone: 'up', title: `${formatCountWithPlural(rows.length, 'row')} of ${name} exported as CSV` })
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      notify({ tone: 'down', title: `The ${name} could not be exported`, detail })
    } finally {
      setBusy(false)
    }
  }

  return (
    <>
      <CopyButton label={`Copy ${name} as text`} text={() => formatClipboardText(taken, shown(), viewNow())} />
      <IconButton label={`Export ${name} as CSV`} data-palette onClick={() => void download()} disabled={busy}>
        <DownloadIcon aria-hidden />
      </IconButton>
    </>
  )
}
