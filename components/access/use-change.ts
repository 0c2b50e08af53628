import { apiUrl, sendJson, useCommand } from '../data/index.ts'

interface Change {
  method: 'POST' | 'PUT' | 'DELETE'
  path: string
  body?: object
}

/** Changes users or tokens, and reads both lists and the audit again. */
export const useAccessChange = <Data>() =>
  useCommand(
    async ({ method, path, body = {} }: Change) => (await sendJson<{ data: Data }>(method, apiUrl(path), body)).data,
    [['access']],
    'onSettled',
  )

/** Scopes as people write them: one on each line, or separated by commas. */
export const readScopes = (text: string): string[] =>
  text
    .split(/[\n,]/)
    .map((one) => one.trim())
    .filter((one) => one !== '')

export const formatChangeScope = (scopes: readonly string[]): string => scopes.join(', ') || 'everything'
