'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { DeclarationList, DeclarationsAnswer } from '#lib/contract/index.ts'
import { type Answer, ApiError, apiUrl, getJson, sendJson, endpointQuery } from '../data/index.ts'
import { bodyOf, type ItemEdit } from './item-edit.ts'

const TRIES = 3

/** Saves an edit of one item on top of the declarations in force, keeping concurrent edits of others. */
export function useDeclare<List extends DeclarationList>() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (edit: ItemEdit<List>) => declare(edit),
    onSuccess: (answer) => {
      queryClient.setQueryData(endpointQuery('declarations').queryKey, answer)
      for (const topic of ['declarations', 'sessions']) void queryClient.invalidateQueries({ queryKey: [topic] })
    },
  })
}

async function declare<List extends DeclarationList>(edit: ItemEdit<List>): Promise<Answer<DeclarationsAnswer>> {
  const url = apiUrl('declarations')
  for (let tries = 1; ; tries++) {
    const current = await getJson<Answer<DeclarationsAnswer>>(url)
    try {
      return await sendJson<Answer<DeclarationsAnswer>>('PUT', url, bodyOf(current.data, edit))
    } catch (error) {
      // a concurrent save: retry on top of it
      if (!(error instanceof ApiError && error.status === 409) || tries === TRIES) throw error
    }
  }
}
