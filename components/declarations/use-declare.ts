import type { DeclarationList, DeclarationsAnswer } from '#lib/contract/index.ts'
import { useSaveOnTop } from '../data/index.ts'
import { declarationBody, type ItemEdit } from './item-edit.ts'

/** Saves an edit of one item on top of the declarations in force, keeping concurrent edits of other users. */
export const useDeclare = <List extends DeclarationList>() =>
  useSaveOnTop('declarations', (stored: DeclarationsAnswer, edit: ItemEdit<List>) => declarationBody(stored, edit), [
    ['declarations'],
    ['sessions'],
  ])
