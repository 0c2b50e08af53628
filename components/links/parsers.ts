/** How a parameter of an address is read and written. */
export interface Parser<Value, Usual extends Value | null = Value | null> {
  /** null = the text says nothing that it could mean */
  read: (text: string) => Value | null
  write: (value: Value) => string
  /** what an address without it says, and what is not written */
  usual: Usual
  history?: History | undefined
  withDefault: (usual: Value) => Parser<Value, Value>
  withOptions: (options: { history: History }) => Parser<Value, Usual>
}

/** Whether *Back* takes a change back. */
export type History = 'push' | 'replace'

const parser = <Value, Usual extends Value | null>(
  read: (text: string) => Value | null,
  write: (value: Value) => string,
  usual: Usual,
  history?: History,
): Parser<Value, Usual> => ({
  read,
  write,
  usual,
  history,
  withDefault: (value) => parser(read, write, value, history),
  withOptions: (options) => parser(read, write, usual, options.history),
})

const optional = <Value>(read: (text: string) => Value | null, write: (value: Value) => string = String) =>
  parser<Value, null>(read, write, null)

export const parseAsString = optional((text) => text)

export const parseAsBoolean = optional((text) => (text === 'true' ? true : text === 'false' ? false : null))

export const parseAsInteger = optional((text) => {
  const value = Number.parseInt(text, 10)
  return Number.isNaN(value) ? null : value
})

export const parseAsIsoDateTime = optional(
  (text) => {
    const at = new Date(text)
    return Number.isNaN(at.getTime()) ? null : at
  },
  (at) => at.toISOString(),
)

export const parseAsStringLiteral = <const Name extends string>(names: readonly Name[]) =>
  optional((text) => names.find((name) => name === text) ?? null)

export const parseAsNumberLiteral = <const Value extends number>(values: readonly Value[]) =>
  optional((text) => values.find((value) => String(value) === text) ?? null)

/** Several, with commas between; a comma of their own is `%2C`. */
export const parseAsArrayOf = <Value>({ read, write }: Pick<Parser<Value>, 'read' | 'write'>) =>
  optional<Value[]>(
    (text) => (text === '' ? [] : text.split(',').flatMap((one) => read(one.replaceAll(/%2c/gi, ',')) ?? [])),
    (values) => values.map((value) => write(value).replaceAll(',', '%2C')).join(),
  )

/** Signs of a value that would end it, or that stand for another one. */
const SPECIAL = /[%+#&"'`<>]|\p{Cc}/gu

/** Parameters as a query with its `?`, written as they are read: `?from=2026-11-20T02:00Z`; '' = none. */
export function queryText(parameters: URLSearchParams): string {
  const escaped = (text: string) =>
    text
      .replaceAll(SPECIAL, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
      .replaceAll(' ', '+')
  const pairs = [...parameters].map(([name, value]) => `${escaped(name).replaceAll('=', '%3D')}=${escaped(value)}`)
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}
