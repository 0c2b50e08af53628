/**
 * Types of protobuf fields in OTLP. The decoder uses the field numbers of the official definitions, independent of the
 * packages that write OTLP. A field that is missing in the definitions or has another wire type is an error.
 * @source https://github.com/open-telemetry/opentelemetry-proto (opentelemetry/proto: collector, trace, metrics, logs,
 *   common, resource; v1)
 */
type Type =
  | 'string'
  | 'bytes'
  | 'bool'
  | 'int'
  | 'enum'
  | 'uint32'
  | 'fixed32'
  | 'fixed64'
  | 'double'
  | 'fixed64s'
  | 'doubles'
  | Message
interface Message {
  [field: number]: readonly [name: string, type: Type, repeated?: 'many']
}

const anyValue: Message = {
  1: ['stringValue', 'string'],
  2: ['boolValue', 'bool'],
  3: ['intValue', 'int'],
  4: ['doubleValue', 'double'],
}
anyValue[5] = ['arrayValue', { 1: ['values', anyValue, 'many'] }]
const keyValue: Message = { 1: ['key', 'string'], 2: ['value', anyValue] }
anyValue[6] = ['kvlistValue', { 1: ['values', keyValue, 'many'] }]
const resource: Message = { 1: ['attributes', keyValue, 'many'], 2: ['droppedAttributesCount', 'uint32'] }
const scope: Message = { 1: ['name', 'string'], 2: ['version', 'string'], 3: ['attributes', keyValue, 'many'] }
const span: Message = {
  1: ['traceId', 'bytes'],
  2: ['spanId', 'bytes'],
  3: ['traceState', 'string'],
  4: ['parentSpanId', 'bytes'],
  5: ['name', 'string'],
  6: ['kind', 'enum'],
  7: ['startTimeUnixNano', 'fixed64'],
  8: ['endTimeUnixNano', 'fixed64'],
  9: ['attributes', keyValue, 'many'],
  10: ['droppedAttributesCount', 'uint32'],
  11: [
    'events',
    { 1: ['timeUnixNano', 'fixed64'], 2: ['name', 'string'], 3: ['attributes', keyValue, 'many'] },
    'many',
  ],
  12: ['droppedEventsCount', 'uint32'],
  13: ['links', { 1: ['traceId', 'bytes'], 2: ['spanId', 'bytes'] }, 'many'],
  14: ['droppedLinksCount', 'uint32'],
  15: ['status', { 2: ['message', 'string'], 3: ['code', 'enum'] }],
  16: ['flags', 'fixed32'],
}
const numberPoint: Message = {
  2: ['startTimeUnixNano', 'fixed64'],
  3: ['timeUnixNano', 'fixed64'],
  4: ['asDouble', 'double'],
  7: ['attributes', keyValue, 'many'],
  8: ['flags', 'uint32'],
}
const histogramPoint: Message = {
  2: ['startTimeUnixNano', 'fixed64'],
  3: ['timeUnixNano', 'fixed64'],
  4: ['count', 'fixed64'],
  5: ['sum', 'double'],
  6: ['bucketCounts', 'fixed64s'],
  7: ['explicitBounds', 'doubles'],
  9: ['attributes', keyValue, 'many'],
  10: ['flags', 'uint32'],
}
const metric: Message = {
  1: ['name', 'string'],
  2: ['description', 'string'],
  3: ['unit', 'string'],
  5: ['gauge', { 1: ['dataPoints', numberPoint, 'many'] }],
  7: [
    'sum',
    { 1: ['dataPoints', numberPoint, 'many'], 2: ['aggregationTemporality', 'enum'], 3: ['isMonotonic', 'bool'] },
  ],
  9: ['histogram', { 1: ['dataPoints', histogramPoint, 'many'], 2: ['aggregationTemporality', 'enum'] }],
}
const logRecord: Message = {
  1: ['timeUnixNano', 'fixed64'],
  2: ['severityNumber', 'enum'],
  3: ['severityText', 'string'],
  5: ['body', anyValue],
  6: ['attributes', keyValue, 'many'],
  7: ['droppedAttributesCount', 'uint32'],
  8: ['flags', 'fixed32'],
  9: ['traceId', 'bytes'],
  10: ['spanId', 'bytes'],
  11: ['observedTimeUnixNano', 'fixed64'],
}

const request = (outer: string, scoped: string, inner: string, item: Message): Message => ({
  1: [
    outer,
    {
      1: ['resource', resource],
      2: [scoped, { 1: ['scope', scope], 2: [inner, item, 'many'], 3: ['schemaUrl', 'string'] }, 'many'],
      3: ['schemaUrl', 'string'],
    },
    'many',
  ],
})

const requests = {
  traces: request('resourceSpans', 'scopeSpans', 'spans', span),
  metrics: request('resourceMetrics', 'scopeMetrics', 'metrics', metric),
  logs: request('resourceLogs', 'scopeLogs', 'logRecords', logRecord),
}

export type OtlpSignalKind = keyof typeof requests

interface Attribute {
  key: string
  value: { stringValue?: string; boolValue?: boolean; intValue?: string | number; doubleValue?: number }
}

interface Point {
  startTimeUnixNano?: string
  timeUnixNano: string
  asDouble: number
  count: string
  bucketCounts: string[]
  explicitBounds: number[]
  attributes: Attribute[]
}
interface Points {
  dataPoints: Point[]
  isMonotonic?: boolean
  aggregationTemporality?: number
}

/**
 * A span, metric or log record with the fields of its kind, as in OTLP/JSON: ids are hexadecimal, and 64-bit numbers
 * are text.
 */
export interface OtlpRecordFields {
  name: string
  traceId?: string
  spanId?: string
  parentSpanId?: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  timeUnixNano: string
  attributes: Attribute[]
  status: { code?: number; message?: string }
  body: { stringValue: string }
  gauge: Points
  sum: Points
  histogram: Points
}

/** An item of any of the three requests, together with its resource and scope. */
export interface OtlpRecordWithResource {
  resource: Record<string, unknown>
  scope: string
  item: OtlpRecordFields
}

interface Whole {
  [outer: string]: {
    resource: { attributes: Attribute[] }
    [scoped: string]: unknown
  }[]
}
interface Scoped {
  scope: { name: string }
  [inner: string]: unknown
}

/**
 * Decodes a request into a flat list of items. @param body JSON or protobuf, according to `contentType` @throws Error
 * for fields that the definitions lack
 */
export function decodeOtlp(signal: OtlpSignalKind, body: Buffer, contentType: string): OtlpRecordWithResource[] {
  const isJson = contentType === 'application/json'
  if (!isJson && contentType !== 'application/x-protobuf') throw new Error(`unexpected type ${contentType}`)
  const [outer, scoped, inner] = {
    traces: ['resourceSpans', 'scopeSpans', 'spans'],
    metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
    logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
  }[signal] as [string, string, string]
  const whole = (isJson ? JSON.parse(body.toString()) : read(requests[signal], body)) as Whole
  if (isJson) checkNames(requests[signal], whole, signal)
  return (whole[outer] ?? []).flatMap((one) =>
    (one[scoped] as Scoped[]).flatMap((group) =>
      (group[inner] as OtlpRecordFields[]).map((item) => ({
        resource: convertOtlpAttributes(one.resource.attributes),
        scope: group.scope.name,
        item,
      })),
    ),
  )
}

export const convertOtlpAttributes = (attributes: readonly Attribute[] = []): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

/** Checks the names in JSON, which are the names of the definitions in lowerCamelCase. */
function checkNames(message: Message, value: object, where: string): void {
  const fields = new Map(Object.values(message).map((field) => [field[0], field]))
  for (const [name, part] of Object.entries(value)) {
    const field = fields.get(name)
    if (!field) throw new Error(`${where} has no field ${name}`)
    const [, type, many] = field
    if (typeof type !== 'object') continue
    for (const one of many ? part : [part]) checkNames(type, one, `${where}.${name}`)
  }
}

function read(message: Message, bytes: Buffer): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) throw new Error('a number breaks off')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  while (at < bytes.length) {
    const key = Number(varint())
    const [number, wire] = [key >> 3, key & 7]
    const field = message[number]
    if (!field) throw new Error(`no field ${number} among ${Object.values(message).map(([name]) => name)}`)
    const [name, type, many] = field
    const expected =
      typeof type === 'object' || ['string', 'bytes', 'fixed64s', 'doubles'].includes(type)
        ? 2
        : type === 'fixed32'
          ? 5
          : type === 'fixed64' || type === 'double'
            ? 1
            : 0
    if (wire !== expected) throw new Error(`${name} has wire type ${wire}`)
    let value: unknown
    if (wire === 0) {
      const read = varint()
      value = type === 'bool' ? read === 1n : type === 'int' ? String(BigInt.asIntN(64, read)) : Number(read)
    } else {
      const length = wire === 2 ? Number(varint()) : wire === 1 ? 8 : 4
      const part = bytes.subarray(at, at + length)
      if (part.length < length) throw new Error(`${name} breaks off`)
      at += length
      value = partOf(type, part)
    }
    if (many) found[name] = [...((found[name] as unknown[]) ?? []), value]
    else found[name] = value
  }
  return found
}

function partOf(type: Type, part: Buffer): unknown {
  if (typeof type === 'object') return read(type, part)
  if (type === 'string') return new TextDecoder('utf-8', { fatal: true }).decode(part)
  if (type === 'bytes') return part.toString('hex')
  if (type === 'double') return part.readDoubleLE()
  if (type === 'fixed64') return String(part.readBigUInt64LE())
  if (type === 'fixed32') return part.readUInt32LE()
  const eights = Array.from({ length: part.length / 8 }, (_, index) => part.subarray(index * 8, index * 8 + 8))
  return eights.map((eight) => (type === 'doubles' ? eight.readDoubleLE() : String(eight.readBigUInt64LE())))
}
