import { buildApiUrl, sendJson, useCommand } from '../data/index.ts'

interface Change {
  method: 'POST' | 'PUT' | 'DELETE'
  path: string
  body?: object
}

/**
 * Returns a mutation that sends a change, for example of users or tokens, and then refetches all responses with the
 * topic `access`, such as the lists of users and tokens and the audit log.
 */
export const useAccessChange = <Data>() =>
  useCommand(
    async ({ method, path, body = {} }: Change) =>
      (await sendJson<{ data: Data }>(method, buildApiUrl(path), body)).data,
    [['access']],
    'onSettled',
  )

/** Splits the text of a form field into scopes. Commas or line breaks separate them. */
export const parseAccessScopes = (text: string): string[] =>
  text
    .split(/[\n,]/)
    .map((one) => one.trim())
    .filter((one) => one !== '')

export const formatScopesForChange = (scopes: readonly string[]): string => scopes.join(', ') || 'everything'
