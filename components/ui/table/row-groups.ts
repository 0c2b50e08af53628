import { compareNaturallyIgnoringCase } from '../../format/natural-order.ts'
import type { StateTone } from '../drawing/glyph.tsx'
import { omitLastKnownTime } from '../status-text.ts'
import type { StatusText } from '../status.tsx'

/** Criterion by which the rows of a list can be grouped. */
export interface RowGrouping<Row> {
  id: string
  name: string
  /** returns the group of a row; null = no group */
  of: (row: Row) => string | null
}

export interface RowGroup<Row> {
  /** name of the group; null = the rows that belong to no group */
  name: string | null
  rows: Row[]
  /** worst state among the rows, and the number of rows that have it; null = the rows have no state */
  worst: (StatusText & { rows: number }) | null
}

const worstFirst: readonly StateTone[] = ['down', 'degraded', 'unknown', 'notice', 'up', 'off']

/**
 * Groups rows. Groups with the worst state are first, groups with the same state are sorted by name, and rows without a
 * group are last. Within a group the order of the rows is kept.
 */
export function groupTableRows<Row>(
  rows: readonly Row[],
  of: RowGrouping<Row>['of'],
  statusOf: ((row: Row) => StatusText) | undefined,
): RowGroup<Row>[] {
  const groups = [...Map.groupBy(rows, of)].map(([name, own]) => ({ name, rows: own, worst: worstOf(own, statusOf) }))
  const rank = ({ name, worst }: RowGroup<Row>) =>
    name === null ? worstFirst.length : worst === null ? 0 : worstFirst.indexOf(worst.tone)
  return groups.toSorted((a, b) => rank(a) - rank(b) || compareNaturallyIgnoringCase(a.name ?? '', b.name ?? ''))
}

function worstOf<Row>(rows: readonly Row[], statusOf: ((row: Row) => StatusText) | undefined): RowGroup<Row>['worst'] {
  if (!statusOf) return null
  // the head has no space for times, but a last known state must not look like a current one
  const states = rows.map((row) => omitLastKnownTime(statusOf(row)))
  const [worst] = states.toSorted((a, b) => worstFirst.indexOf(a.tone) - worstFirst.indexOf(b.tone))
  if (!worst) return null
  const { tone, word } = worst
  return { tone, word, rows: states.filter((one) => one.tone === tone && one.word === word).length }
}

/** Line of a table: a row, or the head of a group. */
type Line<Row> = { row: Row } | { group: RowGroup<Row> }

/**
 * Returns the lines of a table in display order.
 * @param groups undefined = the rows are not grouped
 * @param folded names of collapsed groups, whose rows are left out
 */
export const buildTableLines = <Row>(
  rows: readonly Row[],
  groups: readonly RowGroup<Row>[] | undefined,
  folded: ReadonlySet<string | null>,
): Line<Row>[] =>
  groups === undefined
    ? rows.map((row) => ({ row }))
    : groups.flatMap((group): Line<Row>[] => [
        { group },
        ...(folded.has(group.name) ? [] : group.rows.map((row) => ({ row }))),
      ])

/** Returns the key of a line in its table. */
export const getLineKey = (line: Line<{ id: string }> | undefined): string =>
  line === undefined ? '' : 'row' in line ? line.row.id : `group ${line.group.name}`
