import { at, customer } from '#lib/contract/api/parameters.ts'
import { z } from 'zod'
import { MOST_TERMS, parseChanges, parseLosses } from '#lib/contract/index.ts'

/** A list of terms, read by its parser. */
const termsOf = <Term>(parse: (list: string) => { terms: Term[] } | { wrong: string }, example: string, what: string) =>
  z
    .string()
    .max(40_000, 'send fewer; this is too long')
    .regex(/^\P{Cc}*$/u, 'send text without control characters')
    .transform((list, context): Term[] => {
      const read = parse(list)
      if ('terms' in read && read.terms.length <= MOST_TERMS) return read.terms
      const message =
        'wrong' in read
          ? `${JSON.stringify(read.wrong)} is none; send ${example}, or several with commas between`
          : `send ${MOST_TERMS} at the most`
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })
    .describe(what)
    .meta({ type: 'string' })
    .default([])

export const whatIfParameters = z.strictObject({
  lose: termsOf(
    parseLosses,
    'the id of a circuit, gateway, hub or port, <circuit>/<path>, <circuit>/<peering>/<path>, <gateway>/<instance>, location:NAME, provider:NAME or router:NAME',
    'what is assumed lost, with commas between: ids of circuits, gateways, hubs and ports, `<circuit>/<path>` (private peering), `<circuit>/<peering>/<path>`, `<gateway>/<instance>`, `location:NAME`, `provider:NAME`, `router:NAME`',
  ),
  change: termsOf(
    parseChanges,
    'one such as prepend:<circuit>:3, weight:<connection>:10, withdraw:<circuit>:<prefix> or bandwidth:<circuit>:2000',
    'what is assumed to be set differently, with commas between: `prepend:<circuit>:3`, `weight:<connection>:10`, `withdraw:<circuit>:<prefix>`, `bandwidth:<circuit>:2000` (Mb/s)',
  ),
  at,
  customer,
  rows: z
    .enum(['all', 'changed'], 'send all or changed')
    .default('all')
    .describe('`changed` leaves out the prefixes that stay with all of their paths'),
})

export const expectedDrillParameters = whatIfParameters.pick({ lose: true, change: true }).extend({ customer })

export type WhatIfParameters = z.output<typeof whatIfParameters>

export type ExpectedDrillParameters = z.output<typeof expectedDrillParameters>
