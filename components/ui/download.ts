import { toCsv } from '#lib/contract/csv.ts'

/** Saves text as a file of this name. */
export function saveText(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

/** Saves rows as a CSV file named by content and time. */
export function downloadCsv(name: string, header: string[], rows: (string | number | null)[][]): void {
  const taken = new Date().toISOString().slice(0, 19).replaceAll(':', '')
  saveText(`peerwatch-${name}-${taken}Z.csv`, 'text/csv', toCsv(header, rows))
}
