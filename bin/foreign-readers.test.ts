import fc from 'fast-check'
import { it } from 'vitest'
import { decodeResourceConfig } from '#lib/azure/config/decode-config.ts'
import { listDisplayedSettings } from '#lib/azure/config/settings.ts'
import { armTypes, parseWhatIfChanges, parseWhatIfLosses } from '#lib/contract/index.ts'
import { parseAccessScope, AccessScopeTextError } from '#lib/contract/access/scope.ts'
import { CalendarError } from '#lib/maintenance/calendars/read/content-lines.ts'
import { convertNoticeToCalendar } from '#lib/maintenance/calendars/read/notice-text.ts'
import { parseCalendar } from '#lib/maintenance/calendars/read/read-calendar.ts'
import { ImportError, parseSavedOutput } from '#lib/recording/import/saved-output.ts'
import { parseRouterConfiguration } from '#lib/routers/rules/read-configuration.ts'
import { PlanFileError } from '#lib/plan/api/file/plan-file.ts'
import { mergePlanThresholds } from '#lib/plan/api/plan-findings.ts'

/**
 * Tests parsers of external text and JSON, each with the errors that it may throw. Any other error would crash the
 * caller.
 */

type Thrown = abstract new (...args: never[]) => Error
const expectReads = <Input>(
  inputs: fc.Arbitrary<Input>,
  read: (input: Input) => unknown,
  thrown: readonly Thrown[] = [],
) =>
  fc.assert(
    fc.property(inputs, (input) => {
      try {
        read(input)
      } catch (error) {
        if (!thrown.some((one) => error instanceof one)) throw error
      }
    }),
    { numRuns: 500 },
  )

const INHERITED = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']
const DEPTH = 6_000
const deep = '['.repeat(DEPTH) + ']'.repeat(DEPTH)
const word = (...words: string[]) =>
  fc.oneof(fc.constantFrom(...words, ...INHERITED, '\uD800', '', '{', deep), fc.string({ unit: 'binary' }), fc.string())
/** Returns an arbitrary JSON value whose members often have the given names. */
const json = (...members: string[]) =>
  fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(null, true, 0, -1, 1e308),
      word(...members),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(word(...members), tie('any'), { maxKeys: 5 }),
    ),
  })).any
const nested = JSON.parse(`${'{"properties":['.repeat(DEPTH)}${']}'.repeat(DEPTH)}`) as unknown

const members =
  'properties sku name tier family peerings peeringType properties routes addressPrefix addressSpace addressPrefixes bgpSettings asn id zones ipConfigurations subnets vpnClientConfiguration bandwidthInMbps state routeFilter rules communities tags location'
it.each([...Object.values(armTypes), ...INHERITED])('configuration of %s', (type) => {
  expectReads(fc.oneof(json(...members.split(' ')), fc.constant(nested)), (config) => [
    decodeResourceConfig(type, config),
    listDisplayedSettings(type, config),
  ])
})

const lines = (...words: string[]) =>
  fc
    .array(fc.array(word(...words), { maxLength: 6 }), { maxLength: 12 })
    .map((all) => all.map((one) => one.join(' ')).join('\n'))

it('router configurations', () => {
  const terms =
    'router bgp 65001 neighbor 10.0.0.1 remote-as 12076 address-family ipv4 unicast { } ; protocols group peer-as set prefix-list route-map permit 10 export'
  expectReads(lines(...terms.split(' ')), parseRouterConfiguration)
})

it('calendars', () => {
  const parts =
    'BEGIN:VCALENDAR END:VCALENDAR BEGIN:VEVENT END:VEVENT BEGIN:VTIMEZONE DTSTART:20261101T010000Z DTEND:20261101T020000Z UID:x RRULE:FREQ=DAILY;COUNT=3 EXDATE:20261102 TZID:constructor DTSTART;TZID=__proto__:20261101T010000 STATUS:CANCELLED'
  expectReads(lines(...parts.split(' ')), (text) => parseCalendar(text, { from: 0, to: 2e12 }), [CalendarError])
})

it('notices', () => {
  const parts = 'Start: End: 2026-11-01 01:00 UTC Zayo Maintenance Ticket Status: constructor GMT Impact:'
  expectReads(lines(...parts.split(' ')), convertNoticeToCalendar)
})

it('saved outputs', () => {
  const output = json('value', 'properties', 'network', 'nextHop', 'asPath', 'neighbor', 'state', 'type', 'id')
  const text = fc.oneof(
    output.map((value) => JSON.stringify(value)),
    fc.constant(JSON.stringify(deep)),
    fc.constant(deep),
    lines('Network', 'NextHop', '-----', '10.0.0.0/8'),
  )
  expectReads(fc.record({ name: word('routes.json', 'peers.txt'), text }), parseSavedOutput, [ImportError])
})

it('losses and changes of a what-if', () => {
  expectReads(word('weight:er:1', 'prepend:er', 'er/private/primary', 'location:x', ',', ':'), (text) => [
    parseWhatIfLosses(text),
    parseWhatIfChanges(text),
  ])
})

it('scopes', () => {
  expectReads(fc.array(word('subscription:x', 'customer:y')), parseAccessScope, [AccessScopeTextError])
})

it('thresholds of plan check', () => {
  expectReads(fc.oneof(json('fail', 'warn', 'ignore', 'stranded'), fc.constant(nested)), mergePlanThresholds, [
    PlanFileError,
  ])
})
