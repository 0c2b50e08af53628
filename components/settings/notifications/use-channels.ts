import type { NotificationChannel, ChannelsResponse, ChannelTest } from '#lib/notify/api/index.ts'
import type { ChannelInput } from '#lib/contract/index.ts'
import { buildApiUrl, sendJson, replaceItem, useCommand, useSaveOnLatestVersion } from '../../data/index.ts'
import { convertToChannelInput } from './channel-draft.ts'

/** Edit of one channel. If `after` is null, the channel `before` is removed. If `before` is null, `after` is added. */
interface ChannelEdit {
  before: NotificationChannel | null
  after: ChannelInput | null
}

/**
 * Returns a mutation that applies an edit of one channel to the stored channels and saves them. Edits that other users
 * saved in the meantime are kept.
 */
export const useSaveChannel = () =>
  useSaveOnLatestVersion(
    'channels',
    ({ channels, version }: ChannelsResponse, { before, after }: ChannelEdit) => ({
      channels: replaceItem(channels.map(convertToChannelInput), before?.id ?? null, after),
      version,
    }),
    [['settings', null, 'notifications']],
  )

/** Returns the mutation that sends a test message over a channel. Its result contains the receiver's response. */
export const useTestChannel = () =>
  useCommand(
    (id: string) => sendJson<{ data: ChannelTest }>('POST', buildApiUrl(`channels/${encodeURIComponent(id)}/test`), {}),
    [['settings', null]],
    'onSettled',
  )
