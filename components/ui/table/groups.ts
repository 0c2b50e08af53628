import { naturalOrderOfAnyCase } from '../../format/natural-order.ts'
import type { Tone } from '../drawing/glyph.tsx'
import type { StatusText } from '../status.tsx'

/** By what the rows of a list may be divided. */
export interface Grouping<Row> {
  id: string
  name: string
  /** the group of a row; null = it belongs to none */
  of: (row: Row) => string | null
}

export interface Group<Row> {
  /** null = what belongs to none */
  name: string | null
  rows: Row[]
  /** the worst state of its rows, and how many have it; null = rows of this list have no state */
  worst: (StatusText & { rows: number }) | null
}

const worstFirst: readonly Tone[] = ['down', 'degraded', 'unknown', 'notice', 'up', 'off']

/** Rows in groups: the worst first, then by name; what belongs to none last. Within a group they keep their order. */
export function rowGroups<Row>(
  rows: readonly Row[],
  of: Grouping<Row>['of'],
  statusOf: ((row: Row) => StatusText) | undefined,
): Group<Row>[] {
  const groups = [...Map.groupBy(rows, of)].map(([name, own]) => ({ name, rows: own, worst: worstOf(own, statusOf) }))
  const rank = ({ name, worst }: Group<Row>) =>
    name === null ? worstFirst.length : worst === null ? 0 : worstFirst.indexOf(worst.tone)
  return groups.toSorted((a, b) => rank(a) - rank(b) || naturalOrderOfAnyCase(a.name ?? '', b.name ?? ''))
}

function worstOf<Row>(rows: readonly Row[], statusOf: ((row: Row) => StatusText) | undefined): Group<Row>['worst'] {
  if (!statusOf) return null
  const states = rows.map((row) => statusOf(row))
  const [worst] = states.toSorted((a, b) => worstFirst.indexOf(a.tone) - worstFirst.indexOf(b.tone))
  if (!worst) return null
  const { tone, word } = worst
  return { tone, word, rows: states.filter((one) => one.tone === tone && one.word === word).length }
}

/** A line of a table: a row, or the head of a group. */
type Line<Row> = { row: Row } | { group: Group<Row> }

/** Rows as they stand below each other. @param groups absent = they are not divided. @param folded names of the groups whose rows are not shown */
export const tableLines = <Row>(
  rows: readonly Row[],
  groups: readonly Group<Row>[] | undefined,
  folded: ReadonlySet<string | null>,
): Line<Row>[] =>
  groups === undefined
    ? rows.map((row) => ({ row }))
    : groups.flatMap((group): Line<Row>[] => [
        { group },
        ...(folded.has(group.name) ? [] : group.rows.map((row) => ({ row }))),
      ])

/** A line's own key in its table. */
export const lineKey = (line: Line<{ id: string }> | undefined): string =>
  line === undefined ? '' : 'row' in line ? line.row.id : `group ${line.group.name}`
