import { Buffer } from 'node:buffer'
import { parseBgpLogLine } from '#lib/routers/bmp/syslog/bgp-line.ts'
import { LineSplitter } from '#lib/routers/bmp/syslog/line-splitter.ts'
import { parseSyslogMessage } from '#lib/routers/bmp/syslog/syslog-message.ts'
import { BmpDecoder } from '#lib/routers/bmp/codec/decoder.ts'
import { ByteReader } from '#lib/routers/bmp/codec/byte-reader.ts'
import { decodeBgpOpen } from '#lib/routers/bmp/codec/open.ts'
import { PathIdDetection } from '#lib/routers/bmp/codec/path-ids.ts'
import { BmpStreamError } from '#lib/routers/bmp/codec/stream-error.ts'
import { decodeBgpUpdate } from '#lib/routers/bmp/codec/update.ts'
import {
  compareRouterWithRequiredSessions,
  parseRouterConfiguration,
  type WantedSession,
} from '#lib/routers/rules/index.ts'
import { CalendarError } from '#lib/maintenance/calendars/read/content-lines.ts'
import { convertNoticeToCalendar } from '#lib/maintenance/calendars/read/notice-text.ts'
import { parseCalendar } from '#lib/maintenance/calendars/read/read-calendar.ts'
import { extractNotice } from '#lib/maintenance/mailbox/extract-notice.ts'
import {
  findTopmostAuthenticationResults,
  findAuthenticationFault,
} from '#lib/maintenance/mailbox/authentication-results.ts'
import { findNoticeParts } from '#lib/maintenance/mailbox/mail-parts.ts'
import { PlanFileError } from '#lib/plan/api/file/plan-file.ts'
import { readPlan } from '#lib/plan/api/file/read-plan.ts'
import { parsePriceSheet } from '#lib/cost/rules/prices/read-sheet.ts'
import { parsePagerDutyAcknowledgement, parseSlackAcknowledgement } from '#lib/notify/inbound/acknowledgement.ts'
import { PrivateDataRemover } from '#lib/recording/scrub/scrubber.ts'
import { parseRecurrenceRule } from '#lib/contract/index.ts'
import { parseAsPath } from '#lib/bgp/as-path.ts'
import { TextLimitError } from '#lib/platform/work-budget.ts'

/** A parser of text or bytes that come from outside, with the data for a property test about its time and memory. */
export interface TextParserTestCase {
  name: string
  /** short texts in the parser's language, which the test nests and repeats */
  pieces: readonly string[]
  /** additional complete texts of the maximum length that the parser accepts */
  whole?: readonly string[]
  /** makes a complete text from repeated pieces */
  wrap?: (body: string) => string
  /**
   * Parses a text.
   * @returns everything that the parser returns, so that its size can be measured
   */
  read: (text: string) => unknown
  /** the class of the parser's errors; null = the parser never throws, but returns faults */
  refusal: (new (...given: never[]) => Error) | null
  /**
   * maximum numbers of steps and bytes that the parser may need in addition to the linear part; absent = the default
   */
  fixed?: { steps: number; bytes: number }
}

const T = Date.UTC(2026, 10, 28)
const within = { from: T, to: T + 400 * 86_400_000 }

const sessions = [1, 2, 3, 4].map(
  (n): WantedSession => ({
    peering: 'AzurePrivatePeering',
    path: n < 3 ? 'primary' : 'secondary',
    family: 4,
    local: `10.0.0.${4 * n + 1}`,
    length: 30,
    neighbor: `10.0.0.${4 * n + 2}`,
    localAsn: 65_010,
    remoteAsn: 12_076,
    vlan: 100,
    outerVlan: null,
    md5: null,
    bfd: true,
    announced: ['10.40.0.0/16'],
    prepends: 0,
  }),
)
const neighbors = sessions.map(({ neighbor }) => neighbor)

/** Converts a text to bytes. Each character must be at most U+00FF. */
const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'))
const u16 = (value: number) => String.fromCharCode((value >> 8) & 0xff, value & 0xff)
const bgp = (type: number, body: string) =>
  `${'\xff'.repeat(16)}${u16(19 + body.length)}${String.fromCharCode(type)}${body}`
const attribute = (type: number, value: string) => `\x50${String.fromCharCode(type)}${u16(value.length)}${value}`
const update = (attributes: string, routes = '') => bgp(2, `${u16(0)}${u16(attributes.length)}${attributes}${routes}`)
/** Maximum number of bytes in each generated part (attributes, routes) of an UPDATE message. */
const MAX_BODY = 30_000
const readsUpdate = (text: string) =>
  decodeBgpUpdate(new ByteReader(bytesOf(text)), { twoOctetAsns: true, pathIds: new PathIdDetection([], false) })

/**
 * Parses the bytes of a text in pieces of 1,000, as a socket may deliver them.
 * @param push parses a piece, and yields the messages that are now complete
 */
function readInPieces(text: string, push: (piece: Uint8Array) => Iterable<unknown>): unknown[] {
  const bytes = bytesOf(text)
  const read: unknown[] = []
  for (let at = 0; at < bytes.length; at += 1_000)
    for (const one of push(bytes.subarray(at, at + 1_000))) read.push(one)
  return read
}

type Wrap = (attributes: object) => object
const asIs: Wrap = (attributes) => attributes

/**
 * Returns a Terraform plan in which one resource changes thousands of attributes and has as many that are known only
 * after apply.
 */
function planOf(type: string, wrap: Wrap, wrapLater = wrap): string {
  const attributes = (name: string, value: unknown) =>
    Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`${name}${n}`, value]))
  const [before, after] = [wrap(attributes('k', 1)), wrap(attributes('k', 2))]
  const change = { actions: ['update'], before, after, after_unknown: wrapLater(attributes('u', true)) }
  return JSON.stringify({
    format_version: '1.2',
    complete: true,
    resource_changes: [{ address: 'a', type, change }],
  })
}

/** Adds the closing brackets that are missing in a JSON text. */
function closed(text: string): string {
  const open: string[] = []
  for (const bracket of text.match(/[[\]{}]/g) ?? [])
    if (bracket === '[' || bracket === '{') open.push(bracket === '[' ? ']' : '}')
    else open.pop()
  return text + open.toReversed().join('')
}

const routers = {
  read: (text: string) => {
    const router = parseRouterConfiguration(text)
    return [router.neighbors, router.interfaces, compareRouterWithRequiredSessions(sessions, router)]
  },
  refusal: TextLimitError,
}

export const textParserTestCases: readonly TextParserTestCase[] = [
  {
    ...routers,
    name: 'Junos configuration in braces',
    whole: [
      'a{'.repeat(14_000) + 'b;'.repeat(14_000),
      `${'w '.repeat(20_000)}{${'b;'.repeat(20_000)}`,
      `${'w '.repeat(20_000)}[${' x'.repeat(20_000)};`,
      `bgp { group g { ${neighbors.map((one) => `neighbor ${one} { export p; }`).join('')} } } } policy-options { prefix-list l { ${'1.0.0.0/8; '.repeat(12_000)} } policy-statement p { ${'from prefix-list l; '.repeat(6_000)} }`,
    ],
    wrap: (body) => `protocols {\n${body}`,
    pieces: [
      'a{',
      'b;',
      '}',
      '[ x y z ',
      ']',
      ' w',
      'bgp { group g { neighbor 10.0.0.6 { export p; } } }',
      'policy-options {',
      'prefix-list l { 10.1.0.0/16; }',
      'policy-statement p { from prefix-list l; }',
      '/*',
      '*/',
      '#',
      '"',
      '\n',
      'bgp { group g {',
    ],
  },
  {
    ...routers,
    name: 'Junos configuration in lines of set',
    wrap: (body) => `set protocols bgp group g export p\n${body}`,
    pieces: [
      'set policy-options policy-statement p term t from prefix-list l\n',
      'set policy-options prefix-list l 10.1.0.0/16\n',
      ...neighbors.map((address) => `set protocols bgp group g neighbor ${address} export p\n`),
      ' x',
      '"',
      'set interfaces xe-0 unit 1 family inet address 10.0.0.5/30\n',
      '\n',
      'set policy-options policy-statement p term t from route-filter 10.2.0.0/16 exact\n',
    ],
  },
  {
    ...routers,
    name: 'configuration in commands',
    whole: [
      `route-map P permit 10\n match ip address prefix-list ${'L '.repeat(190_000)}`,
      `${'neighbor 10.0.0.6 route-map P out\n'.repeat(6_000)}${'ip prefix-list L permit 10.1.0.0/16\n'.repeat(5_000)}route-map P permit 10\nmatch ip address prefix-list L\n`,
    ],
    pieces: [
      ...neighbors.map((address) => `neighbor ${address} prefix-list L out\n`),
      ...neighbors.map((address) => `neighbor ${address} route-map P out\n`),
      'neighbor 10.0.0.6 peer-group G\n',
      'neighbor G route-map P out\n',
      'ip prefix-list L permit 10.1.0.0/16\n',
      'ip prefix-list L permit 10.2.0.0/16\n',
      'route-map P permit 10\n',
      'match ip address prefix-list L\n',
      'match ip address prefix-list',
      ' L',
      ' M',
      '\n',
      'prefix-set L\n',
      '10.3.0.0/16,\n',
      'interface e1\n',
      'ip address 10.0.0.5 255.255.255.252\n',
      'router bgp 65010\n',
    ],
  },
  {
    ...routers,
    name: 'GoBGP configuration',
    pieces: [
      '[[neighbors]]\n',
      '[neighbors.config]\n',
      'neighbor-address = "10.0.0.6"\n',
      'peer-as = 1\n',
      '[',
      '=',
      '"',
      '\n',
      '[global.config]\n',
    ],
  },
  {
    name: 'iCalendar',
    whole: [
      `END:VCALENDAR\nBEGIN:VCALENDAR\n${'BEGIN:X\nEND:X\n'.repeat(140_000)}`,
      `BEGIN:VEVENT\nUID:2\nRECURRENCE-ID:20261201T000000Z\nDTSTART:20261201T000000Z\nDURATION:PT1H\n${'A:\n'.repeat(40_000)}END:VEVENT\n${'BEGIN:VEVENT\nUID:2\nDTSTART:20261201T000000Z\nDURATION:PT1H\nEND:VEVENT\n'.repeat(2_000)}`,
      `BEGIN:VEVENT\nUID:2\nDTSTART:20261201T000000Z\nDURATION:PT1H\n${'RRULE:FREQ=YEARLY;UNTIL=19000101\n'.repeat(8_000)}END:VEVENT\n`,
    ],
    wrap: (body) =>
      `BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20261201T000000Z\nDTEND:20261201T010000Z\nEND:VEVENT\n${body}\nEND:VCALENDAR\n`,
    pieces: [
      'BEGIN:X\n',
      'END:X\n',
      'BEGIN:VEVENT\nUID:2\n',
      'END:VEVENT\n',
      'DTSTART:20261201T000000Z\nDTEND:20261201T010000Z\n',
      'BEGIN:VEVENT\nUID:2\nDTSTART:20261201T000000Z\nDTEND:20261201T010000Z\nEND:VEVENT\n',
      'BEGIN:VEVENT\nUID:2\nSEQUENCE:1\nRECURRENCE-ID:20261201T000000Z\nDTSTART:20261201T000000Z\nDTEND:20261201T010000Z\n',
      'A:\n',
      'RRULE:FREQ=DAILY\n',
      'RRULE:FREQ=YEARLY;UNTIL=19000101\n',
      'EXDATE:20261201T000000Z\n',
      'EXDATE:20261201',
      ',20261202',
      '\n',
      ' x',
      'RDATE;TZID=Z:20261203T000000\n',
      'BEGIN:VTIMEZONE\nTZID:Z\n',
      'END:VTIMEZONE\n',
      'BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY\nEND:STANDARD\n',
      'END:VCALENDAR\nBEGIN:VCALENDAR\n',
      'SUMMARY:erc-london\n',
      'X-MAINTNOTE-OBJECT-ID:IC-1\n',
      ';P=1',
    ],
    read: (text) => parseCalendar(text, within),
    // more than the default, because the parser examines many days for a rule of recurrence
    fixed: { steps: 40_000_000, bytes: 1_500_000_000 },
    refusal: CalendarError,
  },
  {
    name: 'notice in the words of a provider',
    whole: ['Start', 'End'].flatMap((label) => [
      `${label} Time: 2 May 2026 14:00 UTC `.repeat(6_000),
      `${label} Time: 2 May 2026 14:00 UTC\n`.repeat(6_000),
      `${'Start Time: 2 May 2026 14:00 UTC\n'.repeat(3_000)}${`${label} Time: 2 May 2026 15:00 UTC\n`.repeat(2_999)}`,
    ]),
    wrap: (body) => `Subject: ZAYO TTN-0007\nApple (AS714)\nInternal Ticket: 7\n${body}`,
    pieces: [
      'Start Time: 2 May 2026 14:00 UTC\n',
      '01-Nov-2026 06:01 to 01-Nov-2026 11:00 ( GMT )\n',
      'Peer IP: ',
      'x,',
      '<',
      '>',
      '=3D',
      '=\n',
      '&amp;',
      ':\n',
      ' ',
      '\n',
      'End Time: 2 May 2026 18:30 UTC',
      '(GMT) - ',
      '|',
      '\\,',
    ],
    read: convertNoticeToCalendar,
    refusal: null,
  },
  {
    name: 'mail with a calendar',
    wrap: (body) => `BEGIN:VCALENDAR\nMETHOD:CANCEL\n${body}\nEND:VCALENDAR\n`,
    pieces: ['BEGIN:VEVENT\n', 'END:VEVENT\n', '\n', ' ', 'UID:1\n', 'DTSTART:20261201T000000Z\n'],
    read: (text) =>
      extractNotice({
        receivedAt: T,
        messageId: '',
        authentication: null,
        from: '',
        subject: '',
        calendars: [text],
        bodies: [text],
      }),
    fixed: { steps: 40_000_000, bytes: 1_500_000_000 },
    refusal: null,
  },
  {
    name: 'structure of a mail',
    pieces: ['(', ')'],
    // each opening bracket becomes a part of a mail, so that the parts are nested as deeply as the brackets
    read: (text) => {
      interface Part {
        type: string
        childNodes?: Part[]
      }
      const root: Part = { type: 'multipart/mixed' }
      const open = [root]
      for (const bracket of text) {
        const parent = open.at(-1) ?? root
        if (bracket === ')' && open.length > 1) open.pop()
        if (bracket !== '(') continue
        const child = { type: 'text/plain' }
        parent.childNodes ??= []
        parent.childNodes.push(child)
        open.push(child)
      }
      return findNoticeParts(root)
    },
    refusal: null,
  },
  {
    name: 'result of a mail server about a sender',
    wrap: (body) => `Authentication-Results: mx.example; ${body}`,
    whole: [
      '('.repeat(50_000),
      '"\\\\'.repeat(20_000),
      `${'dkim=pass header.d=a '.repeat(5_000)}; ${'; '.repeat(20_000)}`,
    ],
    pieces: ['(', ')', '"', '\\', ';', ' = ', 'dkim=pass ', 'header.d=example.com ', '\n ', '\n', 'dmarc/1=pass '],
    read: (text) =>
      findAuthenticationFault(findTopmostAuthenticationResults(text), { server: 'mx.example', domain: 'example.com' }),
    refusal: null,
  },
  {
    name: 'answer that is recorded',
    whole: ['['.repeat(20_000), '{"a":'.repeat(20_000), `{"a":"${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    wrap: (body) => closed(`{"value":[${body}null`),
    pieces: ['{"a":', '[', '"10.0.0.1",', '{"id":"/subscriptions/a/b"},', '"a@b.c",', '1,', '}', ']', '"x y z",'],
    read: (text) => new PrivateDataRemover(Buffer.alloc(32), []).body(text),
    refusal: null,
  },
  {
    name: 'recurrence rule',
    wrap: (body) => `FREQ=YEARLY;BYDAY=MO${body}`,
    pieces: [',MO', ';BYMONTH=1', ',1', ';', '=', ' '],
    read: parseRecurrenceRule,
    refusal: null,
  },
  {
    name: 'Terraform plan',
    whole: ['['.repeat(20_000), '{"a":'.repeat(20_000), `{"${'n'.repeat(10_000)}":{${'"k":1,'.repeat(1_000)}"k":`],
    wrap: (body) =>
      closed(
        `{"format_version":"1.2","resource_changes":[{"address":"a","type":"azurerm_x","change":{"actions":["update"],"before":{"id":"/a"},"after":{"b":${body}null`,
      ),
    pieces: ['{"a":', '[', '{"k":"v"},', '[1],', '1,', '"b",', '{"k":1,"l":', '"k":1,', '}', ']'],
    read: readPlan,
    refusal: PlanFileError,
  },
  {
    name: 'Terraform plan with many attributes',
    whole: [
      planOf('azurerm_express_route_circuit', asIs),
      planOf('azurerm_express_route_circuit', asIs, (attributes) => ({ ['n'.repeat(10_000)]: attributes })),
      planOf('azurerm_express_route_circuit', asIs, (attributes) => ({ ...attributes, ['.'.repeat(100_000)]: true })),
      planOf('azapi_resource', (body) => ({ type: 'Microsoft.Network/expressRouteCircuits@2024-05-01', body })),
    ],
    pieces: [' '],
    read: readPlan,
    refusal: PlanFileError,
  },
  {
    name: 'what-if of ARM',
    whole: [
      '{"path":"a","children":['.repeat(8_000),
      `{"path":"${'n'.repeat(10_000)}","children":[${'{"path":"b"},'.repeat(1_000)}`,
      `${'{"path":"b","propertyChangeType":"NoEffect"},{"path":"c","propertyChangeType":"Modify"},'.repeat(4_000)}`,
    ],
    wrap: (body) =>
      closed(
        `{"changes":[{"resourceId":"/subscriptions/s/providers/Microsoft.Network/x/y","changeType":"Modify","delta":[${body}null`,
      ),
    pieces: [
      '{"path":"a","children":[',
      ']},',
      '{"path":"b","propertyChangeType":"NoEffect"},',
      '{"path":"b","propertyChangeType":"Modify"},',
      '{"path":"b"},',
      '1,',
      '[',
    ],
    read: readPlan,
    refusal: PlanFileError,
  },
  {
    name: 'price list',
    pieces: ['a', 'b', ' '],
    read: (text) =>
      parsePriceSheet(
        [
          {
            BillingCurrency: 'USD',
            Count: text.length,
            Items: text
              .slice(0, 500)
              .split('')
              .map((name) => ({ serviceName: 'ExpressRoute', meterName: name })),
          },
        ],
        { source: 'retail', readAt: T },
      ),
    refusal: null,
  },
  {
    name: 'answer of a chat or paging service',
    pieces: ['{"event":', '{"data":', '{"a":', '[', ']', '}', '1', '"x"', ',', 'payload=', '%7B', '&'],
    read: (text) => [parsePagerDutyAcknowledgement(text), parseSlackAcknowledgement(text, T)],
    refusal: null,
  },
  {
    name: 'AS path',
    pieces: ['65001 ', '{', '}', '(', ')', '[', ']', ',', '-', '1.2 '],
    read: parseAsPath,
    refusal: null,
  },
  {
    name: 'line of a log',
    wrap: (body) => `<30>Nov 28 00:00:00 r1 ${body}`,
    pieces: [
      '%BGP-5-ADJCHANGE: neighbor 10.0.0.6 ',
      'Up ',
      'Down ',
      ' (VRF: ',
      ')',
      'BGP peer ',
      '[a="',
      '\\"',
      ']',
      'Nov 28 00:00:00 ',
      '1 ',
      '- ',
    ],
    read: (text) => {
      const message = parseSyslogMessage(text, T)
      return [message, parseBgpLogLine(message?.text ?? text)]
    },
    refusal: null,
  },
  {
    name: 'stream of logs',
    pieces: ['<30>a\n', '93 <30>', '\n', '\0', '5 <30>a', 'x', '99999 ', '0'],
    read: (text) => {
      const splitter = new LineSplitter()
      return [readInPieces(text, (piece) => splitter.push(piece)), splitter.rest()]
    },
    refusal: null,
  },
  {
    name: 'stream of BMP',
    wrap: (body) => `\x03\0\0\0\x08\x04\0\0${body}`,
    pieces: [
      '\x03\0\0\0\x06\x04',
      '\x03\0\0\0\x0a\x04\0\0\0\0',
      '\x03\0\0\0\x06\x05',
      '\x03\0\x01\0\0\x04',
      '\0\0\0\0',
      '\xff',
    ],
    read: (text) => {
      const decoder = new BmpDecoder()
      return readInPieces(text, (piece) => decoder.push(piece))
    },
    refusal: BmpStreamError,
  },
  {
    name: 'BGP OPEN',
    wrap: (body) => bgp(1, `\x04\xff\xff\0\xb4\x0a\0\0\x01\xff\xff${u16(body.length)}${body}`),
    pieces: [
      '\x02\0\x06\x01\x04\0\x01\0\x01',
      '\x02\0\x06\x45\x04\0\x01\x01\x03',
      '\x02\0\x05\x49\x03\x02ab',
      '\x02\0\x02\x07\0',
      '\0\0\0',
    ],
    read: (text) => decodeBgpOpen(new ByteReader(bytesOf(text))),
    refusal: BmpStreamError,
  },
  {
    name: 'BGP UPDATE with two AS paths',
    whole: ['\x02\x01\0\0\xfd\xe9'.repeat(MAX_BODY / 6)],
    wrap: (body) =>
      update(attribute(2, '\x02\x01\xfd\xe9'.repeat(MAX_BODY / 4)) + attribute(17, body.slice(0, MAX_BODY))),
    pieces: [
      '\x02\x01\0\0\xfd\xe9',
      '\x01\x01\0\0\xfd\xe9',
      '\x03\x01\0\0\xfd\xe9',
      '\x02\x02\0\0\xfd\xe9\0\0\xfd\xea',
    ],
    read: readsUpdate,
    refusal: BmpStreamError,
  },
  {
    name: 'BGP UPDATE with many attributes and routes',
    wrap: (body) => update(body.slice(0, MAX_BODY), body.slice(0, MAX_BODY)),
    pieces: [
      '\x40\x01\x01\0',
      '\xc0\x08\x04\0\x01\0\x02',
      '\xc0\x63\0',
      '\x18\x0a\0\0',
      '\0',
      '\x80\x0e\x09\0\x02\x01\0\0\0',
      '\x20\x0a\0\0\x01',
    ],
    read: readsUpdate,
    refusal: BmpStreamError,
  },
]
