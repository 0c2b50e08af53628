import type {
  DeclarationListItem,
  DeclarationList,
  Declarations,
  DeclarationsResponse,
  DeclarationsBody,
} from '#lib/contract/index.ts'
import { formatDeclarationKey } from '#lib/contract/vocabulary.ts'

/**
 * Edit of one item in a list of declarations. If `before` is null, `after` is added. If `after` is null, `before` is
 * removed. Otherwise the item is changed.
 */
export interface DeclarationEdit<List extends DeclarationList = DeclarationList> {
  list: List
  /** item as it was when the user opened the form */
  before: DeclarationListItem<List> | null
  after: DeclarationListItem<List> | null
}

/**
 * Error that another user changed the item after the form was opened. It prevents the other user's change from being
 * overwritten.
 */
export class ConcurrentDeclarationChangeError extends Error {
  override name = 'ChangedMeanwhile'
  constructor() {
    super('This item was changed in the meantime. Cancel, check its current value, and edit it again.')
  }
}

/**
 * Returns the request body that applies an edit to the stored declarations. Changes of other items that other users
 * saved after the form was opened are kept.
 * @throws ConcurrentDeclarationChangeError if another user changed or removed the same item
 */
export function buildDeclarationsBody<List extends DeclarationList>(
  current: DeclarationsResponse,
  { list, before, after }: DeclarationEdit<List>,
): DeclarationsBody {
  const items: readonly DeclarationListItem<List>[] = current[list]
  const added = after === null ? [] : [after]
  if (before === null) return withList(current.version, list, [...items, ...added])
  const key = formatDeclarationKey(list, before)
  const index = items.findIndex((item) => formatDeclarationKey(list, item) === key)
  if (index < 0 || JSON.stringify(items[index]) !== JSON.stringify(before)) throw new ConcurrentDeclarationChangeError()
  return withList(current.version, list, items.toSpliced(index, 1, ...added))
}

function withList<List extends DeclarationList>(
  version: number,
  list: List,
  items: DeclarationListItem<List>[],
): DeclarationsBody {
  const lists: Partial<Declarations> = { [list]: items }
  return { ...lists, version }
}
