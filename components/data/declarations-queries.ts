import { queryOptions, useQuery } from '@tanstack/react-query'
import type { DeclarationsAnswer, DeclarationsVersion } from '#lib/contract/index.ts'
import { type Answer, apiUrl, getJson, type Page } from './client.ts'
import type { QueryKey } from './query-keys.ts'

/** What operators declared; the stream says when somebody saved another version, so that it needs no renewal. */
export const declarationsQuery = () =>
  queryOptions({
    queryKey: ['declarations', null] satisfies QueryKey,
    queryFn: ({ signal }) => getJson<Answer<DeclarationsAnswer>>(apiUrl('declarations'), signal),
    staleTime: 60_000,
  })

/** The last saves, newest first. */
export const declarationVersionsQuery = (limit: number) =>
  queryOptions({
    queryKey: ['declarations', null, 'versions', { limit }] satisfies QueryKey,
    queryFn: ({ signal }) => getJson<Page<DeclarationsVersion>>(apiUrl('declarations/versions', { limit }), signal),
    staleTime: 60_000,
  })

export const useDeclarations = () => useQuery(declarationsQuery())
export const useDeclarationVersions = (limit: number) => useQuery(declarationVersionsQuery(limit))
