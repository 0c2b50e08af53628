import type { DeclarationList, DeclarationsResponse } from '#lib/contract/index.ts'
import { useSaveOnLatestVersion } from '../data/index.ts'
import { buildDeclarationsBody, type DeclarationEdit } from './item-edit.ts'

/**
 * Returns a mutation that saves an edit of one declaration on top of the stored declarations, so that edits that other
 * users saved in the meantime are kept.
 */
export const useSaveDeclaration = <List extends DeclarationList>() =>
  useSaveOnLatestVersion(
    'declarations',
    (stored: DeclarationsResponse, edit: DeclarationEdit<List>) => buildDeclarationsBody(stored, edit),
    [['declarations'], ['sessions']],
  )
