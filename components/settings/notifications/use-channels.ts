import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Channel, ChannelsAnswer, ChannelTest } from '#lib/notify/api/index.ts'
import type { ChannelInput } from '#lib/contract/index.ts'
import { apiUrl, endpointQuery, saveOnTop, sendJson, withItem } from '../../data/index.ts'
import { channelInputOf } from './channel-draft.ts'

/** A change of one channel: `after` null removes it, `before` null adds one. */
interface ChannelEdit {
  before: Channel | null
  after: ChannelInput | null
}

/** Saves an edit of one channel on top of the current channels, so that concurrent edits of others are kept. */
export function useSaveChannel() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ before, after }: ChannelEdit) =>
      saveOnTop<ChannelsAnswer>('channels', ({ channels, version }) => ({
        channels: withItem(channels.map(channelInputOf), before?.id ?? null, after),
        version,
      })),
    onSuccess: (answer) => {
      client.setQueryData(endpointQuery('channels').queryKey, answer)
      void client.invalidateQueries({ queryKey: ['settings', null, 'notifications'] })
    },
  })
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
