import { createContext, useCallback, useContext, useMemo, useState, useSyncExternalStore } from 'react'
import type { History, Parser } from './parsers.ts'

/** The parameters of a page's address, which components share. */
export interface QueryStore {
  listen: (changed: () => void) => () => void
  /** as they are now */
  now: () => URLSearchParams
  /** as they were when the server drew the page */
  drawn: () => URLSearchParams
  /** @param updates by name; null = without it */
  write: (updates: Readonly<Record<string, string | null>>, history: History) => void
}

const NOTHING: QueryStore = {
  listen: () => () => {},
  now: () => new URLSearchParams(),
  drawn: () => new URLSearchParams(),
  write: () => {},
}
export const QueryStoreContext = createContext(NOTHING)

/** Of whatever value: a parser of one is none of `unknown`, which it could not write. */
type Parsers = Readonly<
  Record<string, Pick<Parser<never>, 'history'> & { read: (text: string) => unknown; usual: unknown }>
>
type ValueOf<One> = One extends { read: (text: string) => infer Value | null } ? Value : never
type Values<All extends Parsers> = {
  [Name in keyof All]: null extends All[Name]['usual'] ? ValueOf<All[Name]> | null : ValueOf<All[Name]>
}
type Changes<All extends Parsers> = { [Name in keyof All]?: ValueOf<All[Name]> | null | undefined }

interface Options<All extends Parsers> {
  /** `replace` unless a parser says otherwise */
  history?: History
  /** names in the address, where they are others */
  urlKeys?: { [Name in keyof All]?: string }
}

/** Sets those that are named: null = as usual; all of them by null. */
type SetStates<All extends Parsers> = (
  next: Changes<All> | null | ((now: Values<All>) => Changes<All>),
  options?: { history?: History },
) => void

/** What reads and writes the parameters of one component. @param keys their names in the address */
function binding(parsers: Parsers, keys: Readonly<Record<string, string>>) {
  const names = Object.keys(parsers)
  // a list stays the same one while its text does
  const before = new Map<string, { text: string | null; value: unknown }>()
  const valueOf = (name: string, text: string | null) => {
    const last = before.get(name)
    if (last?.text === text) return last.value
    const value = (text === null ? null : parsers[name]?.read(text)) ?? parsers[name]?.usual ?? null
    before.set(name, { text, value })
    return value
  }
  const textOf = (name: string, value: unknown): string | null => {
    const { write, usual } = parsers[name] as Parser<unknown>
    const text = value === null ? null : write(value)
    return usual !== null && text === write(usual) ? null : text
  }
  return {
    keys: Object.values(keys).join(),
    /** as a text, which is the same while they are */
    textsOf: (all: URLSearchParams) => JSON.stringify(names.map((name) => all.get(keys[name] ?? name))),
    valuesOf: (texts: string): Record<string, unknown> =>
      Object.fromEntries(
        (JSON.parse(texts) as (string | null)[]).map((text, at) => [names[at], valueOf(names[at] ?? '', text)]),
      ),
    nothing: Object.fromEntries(names.map((name) => [name, null])),
    /** null where none of them says */
    historyOf: (changes: object) =>
      Object.keys(changes).reduce<History | null>(
        (last, name) => (last === 'push' ? last : (parsers[name]?.history ?? last)),
        null,
      ),
    updatesOf: (changes: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(
        Object.entries(changes).flatMap(([name, value]) =>
          value === undefined ? [] : [[keys[name] ?? name, textOf(name, value)]],
        ),
      ),
  }
}

/**
 * Parameters of the page's address as state. A component is drawn again when one of its own changes.
 * @param parsers the same while the names in the address are
 */
export function useQueryStates<const All extends Parsers>(
  parsers: All,
  { history, urlKeys }: Options<All> = {},
): [Values<All>, SetStates<All>] {
  const store = useContext(QueryStoreContext)
  const keys = Object.fromEntries(Object.keys(parsers).map((name) => [name, urlKeys?.[name] ?? name]))
  const [made, setMade] = useState(() => binding(parsers, keys))
  const bound = made.keys === Object.values(keys).join() ? made : binding(parsers, keys)
  if (bound !== made) setMade(bound)
  const texts = useSyncExternalStore(
    store.listen,
    () => bound.textsOf(store.now()),
    () => bound.textsOf(store.drawn()),
  )
  const values = useMemo(() => bound.valuesOf(texts) as Values<All>, [bound, texts])
  const set = useCallback<SetStates<All>>(
    (next, options) => {
      const now = () => bound.valuesOf(bound.textsOf(store.now())) as Values<All>
      const changes = (typeof next === 'function' ? next(now()) : next) ?? bound.nothing
      store.write(bound.updatesOf(changes), options?.history ?? bound.historyOf(changes) ?? history ?? 'replace')
    },
    [store, bound, history],
  )
  return [values, set]
}

/** One parameter. */
export function useQueryState<Value, Usual extends Value | null>(name: string, parser: Parser<Value, Usual>) {
  type Now = null extends Usual ? Value | null : Value
  type Next = Value | null | ((now: Now) => Value | null)
  const [{ value }, setAll] = useQueryStates({ value: parser }, { urlKeys: { value: name } })
  const set = useCallback(
    (next: Next) =>
      setAll((now) => ({
        value: typeof next === 'function' ? (next as (now: Now) => Value | null)(now.value as Now) : next,
      })),
    [setAll],
  )
  return [value as Now, set] as const
}
