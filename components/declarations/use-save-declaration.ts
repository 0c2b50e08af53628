import type { DeclarationList, DeclarationsResponse } from '#lib/contract/index.ts'
import { useSaveOnLatestVersion } from '../data/index.ts'
import { buildDeclarationsBody, type DeclarationEdit } from './item-edit.ts'

/**
 * Returns a mutation that applies an edit of one declaration to the stored declarations and saves them. Edits that
 * other users saved in the meantime are kept.
 */
export const useSaveDeclaration = <List extends DeclarationList>() =>
  useSaveOnLatestVersion(
    'declarations',
    (stored: DeclarationsResponse, edit: DeclarationEdit<List>) => buildDeclarationsBody(stored, edit),
    [['declarations'], ['sessions']],
  )
