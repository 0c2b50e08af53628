'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Channel, ChannelInput, ChannelsAnswer, ChannelTest } from '#lib/contract/index.ts'
import { type Answer, ApiError, apiUrl, getJson, sendJson, endpointQuery } from '../../data/index.ts'
import { inputOf } from './channel-draft.ts'

/** A change of one channel: `after` null removes it, `before` null adds one. */
export interface ChannelEdit {
  before: Channel | null
  after: ChannelInput | null
}

const TRIES = 3

/** Saves an edit of one channel on top of the current channels, so that concurrent edits of others are kept. */
export function useSaveChannel() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: save,
    onSuccess: (answer) => {
      client.setQueryData(endpointQuery('channels').queryKey, answer)
      void client.invalidateQueries({ queryKey: ['settings', null, 'notifications'] })
    },
  })
}

async function save(edit: ChannelEdit): Promise<Answer<ChannelsAnswer>> {
  const url = apiUrl('channels')
  for (let tries = 1; ; tries++) {
    const { channels, version } = (await getJson<Answer<ChannelsAnswer>>(url)).data
    try {
      return await sendJson<Answer<ChannelsAnswer>>('PUT', url, { channels: edited(channels, edit), version })
    } catch (error) {
      // the channels changed in between: apply the edit to the new ones
      if (!(error instanceof ApiError && error.status === 409) || tries === TRIES) throw error
    }
  }
}

function edited(channels: readonly Channel[], { before, after }: ChannelEdit): ChannelInput[] {
  const next = channels.flatMap((channel) => {
    if (channel.id !== before?.id) return [inputOf(channel)]
    return after ? [after] : []
  })
  return before === null && after ? [...next, after] : next
}

/** Sends a test and returns the receiver's answer. */
export function useTestChannel() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      sendJson<{ data: ChannelTest }>('POST', apiUrl(`channels/${encodeURIComponent(id)}/test`), {}),
    onSettled: () => client.invalidateQueries({ queryKey: ['settings', null] }),
  })
}
