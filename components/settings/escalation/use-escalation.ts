'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { EscalationAnswer, EscalationBody, PolicyInput, RotationInput } from '#lib/contract/index.ts'
import { type Answer, ApiError, apiUrl, endpointQuery, getJson, sendJson } from '../../data/index.ts'

/** A change of one policy or rotation: `after` null removes it, `id` null adds one. */
export type EscalationEdit =
  | { list: 'policies'; id: string | null; after: PolicyInput | null }
  | { list: 'rotations'; id: string | null; after: RotationInput | null }

const TRIES = 3

/** Saves an edit on top of what is stored by now, so that concurrent edits of others are kept. */
export function useSaveEscalation() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: save,
    onSuccess: (answer) => client.setQueryData(endpointQuery('escalation').queryKey, answer),
  })
}

async function save(edit: EscalationEdit): Promise<Answer<EscalationAnswer>> {
  const url = apiUrl('escalation')
  for (let tries = 1; ; tries++) {
    const { data } = await getJson<Answer<EscalationAnswer>>(url)
    try {
      return await sendJson<Answer<EscalationAnswer>>('PUT', url, edited(data, edit))
    } catch (error) {
      // somebody else saved in between: apply the edit to that
      if (!(error instanceof ApiError && error.status === 409) || tries === TRIES) throw error
    }
  }
}

function edited({ policies, rotations, version }: EscalationAnswer, edit: EscalationEdit): EscalationBody {
  const stored = { policies, rotations: rotations.map(({ now: _, next: __, ...rotation }) => rotation), version }
  return edit.list === 'policies'
    ? { ...stored, policies: replaced(stored.policies, edit.id, edit.after) }
    : { ...stored, rotations: replaced(stored.rotations, edit.id, edit.after) }
}

function replaced<Item extends { id?: string | undefined }>(
  list: readonly Item[],
  id: string | null,
  after: Item | null,
): Item[] {
  const next = list.flatMap((one) => (one.id !== id ? [one] : after ? [after] : []))
  return id === null && after ? [...next, after] : next
}
