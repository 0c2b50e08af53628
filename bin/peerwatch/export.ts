import type { z } from 'zod'
import type { ListEndpointName, UrlParameters } from '#lib/client/index.ts'
import { toCsvRows, toCsv } from '#lib/contract/csv.ts'
import type { EndpointDefinition } from '#lib/contract/index.ts'
import { type EndpointName, allApiEndpoints } from '#lib/api/index.ts'
import { createCsvColumns } from './csv-columns.ts'
import type { CliCommand } from './command.ts'
import { type CommandExitStatus, getFreshnessExitState, findWorstExitState } from './exit-state.ts'
import { parseMomentOption, UsageError } from './moment-option.ts'

/** Names of the lists that can be exported. These are the lists of the API without an ID in their path. */
const exportable = Object.entries(allApiEndpoints)
  .filter(([, { path, response }]) => !path.includes('{') && 'nextCursor' in response.shape)
  .map(([name]) => name as ListEndpointName)

const isExportable = (name: string): name is ListEndpointName => (exportable as readonly string[]).includes(name)

/**
 * Parses the values of --param, which have the form `name=value`. With --param, users set parameters of the API that
 * have no option of their own.
 */
function readParameters(given: readonly string[]): UrlParameters {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=')
      if (at < 1) throw new UsageError(`--param ${text}: write name=value`)
      return [text.slice(0, at), text.slice(at + 1)]
    }),
  )
}

/** Returns the schema of the rows of a list. */
function rowSchema(name: EndpointName): z.ZodType {
  const { response } = allApiEndpoints[name] as EndpointDefinition & { response: z.ZodObject<{ data: z.ZodArray }> }
  return response.shape.data.element as z.ZodType
}

export const exportListCommand: CliCommand = {
  usage:
    'export LIST [--format csv|json] [--scope ID] [--customer NAME] [--at T] [--from T] [--to T] [--param NAME=VALUE]',
  summary: `All rows of a list of the API: ${exportable.join(', ')}`,
  options: ['format', 'scope', 'customer', 'at', 'from', 'to', 'param'],
  words: ['LIST'],
  run: async ({ client, words, options, now, out }) => {
    const [name = ''] = words
    if (!isExportable(name))
      throw new UsageError(`there is no list ${JSON.stringify(name)}: write ${exportable.join(', ')}`)
    const format = options.json ? 'json' : (options.format ?? 'csv')
    if (format !== 'csv' && format !== 'json') throw new UsageError(`--format ${format}: write csv or json`)
    const moment = (text: string | undefined) => (text === undefined ? undefined : parseMomentOption(text, now()))
    const { scope, customer } = options
    const range = { at: moment(options.at), from: moment(options.from), to: moment(options.to) }
    const asked = { scope, customer, ...range, ...readParameters(options.param ?? []) }
    const columns = createCsvColumns(rowSchema(name))
    const states: CommandExitStatus[] = []
    let isFirst = true
    for await (const page of client.pages(name, asked as never)) {
      const rows: readonly unknown[] = page.data
      states.push(getFreshnessExitState(page.freshness), page.covered === false ? 'unknown' : 'ok')
      // If a past time was requested, `settled` reports whether the rows are final; false = later polls may still
      // change the rows. It is undefined if no past time was requested.
      const { settled } = page
      if (format === 'csv') {
        const text = toCsv(
          toCsvRows({ ...columns, ...(settled === undefined ? {} : { settled: () => settled }) }, rows),
        )
        out(isFirst ? text : text.slice(text.indexOf('\r\n') + 2))
      } else out(rows.map((row) => `${JSON.stringify({ ...(row as object), settled })}\n`).join(''))
      isFirst = false
    }
    return findWorstExitState(states)
  },
}
