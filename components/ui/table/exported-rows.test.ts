import { describe, expect, it } from 'vitest'
import {
  formatClipboardText,
  formatExportCsv,
  buildExportedRows,
  type ExportContext,
  createFileName,
  computeDurationSince,
  createDurationColumns,
  createTimeBoundsColumns,
} from './exported-rows.ts'
import type { DataTableColumn } from './table-columns.ts'

interface Row {
  name: string
  started: [string, string]
  isOver: boolean
}

const NOW = Date.parse('2026-11-21T10:00:00.000Z')
const viewOf = (more: Partial<ExportContext> = {}): ExportContext => ({
  title: 'events',
  time: null,
  address: 'https://peerwatch.example/events?range=24h',
  now: NOW,
  ...more,
})
const columns: DataTableColumn<Row>[] = [
  { id: 'name', header: 'Name', value: ({ name }) => name },
  {
    id: 'started',
    header: 'Started between',
    value: ({ started }) => started[0],
    exported: createTimeBoundsColumns<Row>('Started', ({ started }) => started),
  },
  {
    id: 'lasted',
    header: 'Duration',
    value: () => null,
    exported: createDurationColumns<Row>('Lasted', ({ started, isOver }, at) =>
      isOver ? { atLeastSeconds: 0, atMostSeconds: 5.1 } : computeDurationSince(started, at),
    ),
  },
  { id: 'seen', header: 'Seen', zoned: true, value: ({ started }) => started[1] },
]
const rows: Row[] = [
  { name: 'flap', started: ['2026-11-20T03:00:00.000Z', '2026-11-20T03:00:10.500Z'], isOver: true },
  { name: 'down', started: ['1970-01-01T00:00:00.000Z', '2026-11-20T03:30:00.000Z'], isOver: false },
]

const range = { from: '2026-11-20T03:00:00.000Z', to: '2026-11-20T04:00:00.000Z' }

const written = <Row>(columns: readonly DataTableColumn<Row>[], rows: readonly Row[], view: ExportContext) =>
  formatExportCsv(buildExportedRows(columns, rows, view), view)

describe('a table as a file', () => {
  it('says of a moment whose answer is not the last word that it may change', () => {
    const at = '2026-11-20T03:00:00.000Z'
    const title = (settled: boolean) => written(columns, rows, viewOf({ time: { at, settled } })).split('\r\n')[0]
    expect(title(false)).toContain('as of 2026-11-20 03:00:00 UTC, may still change, https')
    expect(title(true)).toContain('as of 2026-11-20 03:00:00 UTC, https')
  })

  it('has its title in one cell, each bound in a column with its unit, and times in UTC', () => {
    expect(written(columns, rows, viewOf({ time: range })).split('\r\n')).toEqual([
      '"Peerwatch events, 2026-11-20 03:00:00 to 2026-11-20 04:00:00 UTC, https://peerwatch.example/events?from=2026-11-20T03%3A00%3A00.000Z&to=2026-11-20T04%3A00%3A00.000Z"',
      'Name,"Started, earliest (UTC)","Started, latest (UTC)",Lasted at least (s),Lasted at most (s),Seen (UTC)',
      'flap,2026-11-20T03:00:00.000Z,2026-11-20T03:00:10.500Z,0,5.1,2026-11-20T03:00:10.500Z',
      'down,before monitoring,2026-11-20T03:30:00.000Z,1800,,2026-11-20T03:30:00.000Z',
      '',
    ])
  })

  it('is the same on the clipboard, separated by tabs', () => {
    const lines = formatClipboardText(columns, rows, viewOf({ time: range })).split('\n')
    expect(lines[0]).toMatch(/^Peerwatch events, 2026-11-20 03:00:00 to /)
    expect(lines[1]?.split('\t')).toContain('Lasted at most (s)')
    expect(lines[2]?.split('\t')[4]).toBe('5.1')
  })

  it.each<[ExportContext['time'], string, string]>([
    [null, 'peerwatch-events-2026-11-21T100000Z.csv', 'as of 2026-11-21 10:00:00 UTC'],
    [{ at: null }, 'peerwatch-events-2026-11-21T100000Z.csv', 'as of 2026-11-21 10:00:00 UTC'],
    [
      { at: '2026-11-03T03:40:00.000Z' },
      'peerwatch-events-2026-11-03T034000Z.csv',
      'as of 2026-11-03 03:40:00 UTC, https://peerwatch.example/events?range=24h&at=2026-11-03T03%3A40%3A00.000Z',
    ],
    [range, 'peerwatch-events-2026-11-20T030000Z-2026-11-20T040000Z.csv', '2026-11-20 03:00:00 to'],
  ])('of %j says so in its name and in its first line', (time, name, words) => {
    expect(createFileName('events', viewOf({ time }))).toBe(name)
    expect(written(columns, [], viewOf({ time }))).toContain(words)
  })

  it('has no character in its name that a file system refuses', () => {
    expect(createFileName('routes that cover 2001:db8::1', viewOf())).toBe(
      'peerwatch-routes-that-cover-2001-db8-1-2026-11-21T100000Z.csv',
    )
  })
})
