import type {
  DeclarationItem,
  DeclarationList,
  Declarations,
  DeclarationsAnswer,
  DeclarationsBody,
} from '#lib/contract/index.ts'
import { formatDeclarationKey } from '#lib/contract/vocabulary.ts'

/** Edit of one item of one list: added (`before` null), changed, or removed (`after` null). */
export interface ItemEdit<List extends DeclarationList = DeclarationList> {
  list: List
  /** the item when the edit began */
  before: DeclarationItem<List> | null
  after: DeclarationItem<List> | null
}

/** Error if the same item was changed after the edit began, so that the change is not overwritten unnoticed. */
export class ConcurrentChangeError extends Error {
  override name = 'ChangedMeanwhile'
  constructor() {
    super('This item was changed in the meantime. Cancel, check its current value, and edit it again.')
  }
}

/**
 * Returns the request body that applies an edit to the declarations in force, including changes saved since the edit
 * began.
 * @throws ConcurrentChangeError if the same item was changed or removed
 */
export function declarationBody<List extends DeclarationList>(
  current: DeclarationsAnswer,
  { list, before, after }: ItemEdit<List>,
): DeclarationsBody {
  const items: readonly DeclarationItem<List>[] = current[list]
  const added = after === null ? [] : [after]
  if (before === null) return withList(current.version, list, [...items, ...added])
  const key = formatDeclarationKey(list, before)
  const index = items.findIndex((item) => formatDeclarationKey(list, item) === key)
  if (index < 0 || JSON.stringify(items[index]) !== JSON.stringify(before)) throw new ConcurrentChangeError()
  return withList(current.version, list, items.toSpliced(index, 1, ...added))
}

function withList<List extends DeclarationList>(
  version: number,
  list: List,
  items: DeclarationItem<List>[],
): DeclarationsBody {
  const lists: Partial<Declarations> = { [list]: items }
  return { ...lists, version }
}
