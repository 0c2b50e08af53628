import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { ChannelsAnswer, Notification } from '#lib/contract/index.ts'
import { type Answer, apiUrl, getJson, type Page } from './client.ts'
import type { QueryKey } from './query-keys.ts'

/** Attempts go on without a word on the stream. */
const RENEW_EVERY_MS = 5_000
const PAGE_ROWS = 100

/** Where notifications go. */
export const channelsQuery = () =>
  queryOptions({
    queryKey: ['settings', null, 'channels'] satisfies QueryKey,
    queryFn: ({ signal }) => getJson<Answer<ChannelsAnswer>>(apiUrl('channels'), signal),
    refetchInterval: RENEW_EVERY_MS,
  })

/** What was sent, newest first, as far back as was asked for. */
export const notificationsQuery = () =>
  infiniteQueryOptions({
    queryKey: ['settings', null, 'notifications'] satisfies QueryKey,
    queryFn: ({ signal, pageParam }) =>
      getJson<Page<Notification>>(apiUrl('notifications', { cursor: pageParam, limit: PAGE_ROWS }), signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }: Page<Notification>) => nextCursor,
    refetchInterval: RENEW_EVERY_MS,
  })

export const useChannels = () => useQuery(channelsQuery())
export const useNotifications = () => useInfiniteQuery(notificationsQuery())
