import { toCsv } from '../format/csv.ts'

/** Saves rows as a CSV file, named after what they are and when they were taken. */
export function downloadCsv(name: string, header: string[], rows: (string | number | null)[][]): void {
  const url = URL.createObjectURL(new Blob([toCsv(header, rows)], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `peerwatch-${name}-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}Z.csv`
  link.click()
  URL.revokeObjectURL(url)
}
