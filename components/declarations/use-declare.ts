import type { DeclarationList, DeclarationsAnswer } from '#lib/contract/index.ts'
import { useSaveOnTop } from '../data/index.ts'
import { buildDeclarationsBody, type ItemEdit } from './item-edit.ts'

/**
 * Returns a mutation that saves an edit of one declaration on top of the stored declarations, so that edits that other
 * users saved in the meantime are kept.
 */
export const useDeclare = <List extends DeclarationList>() =>
  useSaveOnTop(
    'declarations',
    (stored: DeclarationsAnswer, edit: ItemEdit<List>) => buildDeclarationsBody(stored, edit),
    [['declarations'], ['sessions']],
  )
