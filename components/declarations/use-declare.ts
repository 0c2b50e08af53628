import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { DeclarationList, DeclarationsAnswer } from '#lib/contract/index.ts'
import { endpointQuery, saveOnTop } from '../data/index.ts'
import { declarationBody, type ItemEdit } from './item-edit.ts'

/** Saves an edit of one item on top of the declarations in force, keeping concurrent edits of others. */
export function useDeclare<List extends DeclarationList>() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (edit: ItemEdit<List>) =>
      saveOnTop<DeclarationsAnswer>('declarations', (stored) => declarationBody(stored, edit)),
    onSuccess: (answer) => {
      queryClient.setQueryData(endpointQuery('declarations').queryKey, answer)
      for (const topic of ['declarations', 'sessions']) void queryClient.invalidateQueries({ queryKey: [topic] })
    },
  })
}
