import type { RouteAttributesView, RoutesDiffView } from '#lib/contract/index.ts'

/** Kinds of difference, worst first. */
export const diffKinds = ['withdrawn', 'announced', 'changed', 'undecidable'] as const
export type DiffKind = (typeof diffKinds)[number]

type RouteKey = Pick<
  RoutesDiffView['announced'][number],
  'scope' | 'scopeName' | 'resourceId' | 'table' | 'path' | 'instance' | 'peer' | 'prefix'
>

export interface DiffRow extends RouteKey {
  kind: DiffKind
  before: RouteAttributesView[]
  after: RouteAttributesView[]
  /** why the difference is undecidable; null if it is decided */
  doubt: string | null
}

const moments = { from: 'the first time', to: 'the second time', both: 'both times' }

/** One list of all differences, so that one table sorts, filters and exports them. */
export function diffRows(diff: RoutesDiffView): DiffRow[] {
  const differing = (['withdrawn', 'announced', 'changed'] as const).flatMap((kind) =>
    diff[kind].map((row): DiffRow => ({ ...row, kind, doubt: null })),
  )
  const undecidable = diff.undecidable.map(
    ({ reason, at, ...key }): DiffRow => ({
      ...key,
      kind: 'undecidable',
      before: [],
      after: [],
      doubt:
        reason === 'not_covered'
          ? `no data for its table at ${moments[at]}`
          : `it changed between two polls around ${moments[at]}`,
    }),
  )
  return [...differing, ...undecidable]
}
