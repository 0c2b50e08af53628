import { isJsonObject, type Json, type JsonObject, parseExactJson } from '#lib/azure/decode/json.ts'
import { exactText } from '../exact-text.ts'
import { type Kept, RECORDED_ORIGIN } from '../form.ts'
import { AddressMap } from './addresses.ts'
import { Keyed } from './keyed.ts'
import { isPlain, isWellKnown, PLAIN_PARAMETERS, SECRET_KEY, SENTENCE_KEYS, VOCABULARY_KEYS } from './vocabulary.ts'

const GUID = '(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])'
/** What is found in any text and mapped by its form, the longest form first. */
const FORMS = {
  path: '/subscriptions/[^\\s\'"<>]*[^\\s\'"<>.,;:)]',
  person: '(?<![\\w.+#-])[\\w.+#-]+@[\\w-]+(?:\\.[\\w-]+)+',
  guid: GUID,
  hex: '(?<![0-9a-z])[0-9a-f]{32,}(?![0-9a-z])',
  mac: '(?<![\\w.:-])(?:[0-9a-f]{4}\\.[0-9a-f]{4}\\.[0-9a-f]{4}|(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2})(?![\\w.:-])',
  ipv4: '(?<![\\d.])\\d{1,3}(?:\\.\\d{1,3}){3}(?:/\\d{1,2})?(?!\\d|\\.\\d)',
  ipv6: '(?<![\\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?:/\\d{1,3})?(?![\\w:])',
} as const
type Form = keyof typeof FORMS
const ANY_FORM = new RegExp(
  Object.entries(FORMS)
    .map(([name, form]) => `(?<${name}>${form})`)
    .join('|'),
  'gi',
)
const QUOTED = /(['"])([^'"]{1,200})\1/g
/** What quotation marks hold in Azure's sentences when it is Azure's own: lists of versions and regions, actions, codes. */
const OWN_QUOTE =
  /^(?:[\d-]+(?:-preview)?(?:,\s*[\d-]+(?:-preview)?)*|Microsoft\.[\w./*]+|[A-Z][A-Za-z]+Operation|[a-z]+(?:,\s*[a-z]+)+)$/
/** Behind these the name of a resource stands for an operation of Azure's, whose id is a token. */
const OPERATIONS = new Set(['operationresults', 'operations', 'operationstatuses'])
const MASK = '****'
/** A shorter one would be found in ordinary words. */
const LEAST_KNOWN = 4

/**
 * Removes from Azure's requests and answers what belongs to somebody: secrets always; ids, names and addresses by mapping the same to
 * the same. What is not known to be Azure's own language counts as somebody's.
 */
export class Scrubber {
  readonly #keyed: Keyed
  readonly #addresses: AddressMap
  readonly #keepsNames: boolean
  readonly #keepsAddresses: boolean
  /** names met in ids so far, in lower case, with what they became: sentences hold them without a sign */
  readonly #names = new Map<string, string>()
  #namesPattern: RegExp | null = null
  readonly #secrets = new Set<string>()

  constructor(key: Buffer, kept: readonly Kept[]) {
    this.#keyed = new Keyed(key)
    this.#addresses = new AddressMap(this.#keyed)
    this.#keepsNames = kept.includes('names')
    this.#keepsAddresses = kept.includes('addresses')
  }

  /** Path and query of a request or link, without its origin. @param url absolute, or a path */
  url(url: string): string {
    const { pathname, searchParams } = new URL(url, RECORDED_ORIGIN)
    const path = this.#path(pathname)
    const isOperation = [...OPERATIONS].some((each) => pathname.toLowerCase().includes(`/${each}/`))
    const query = [...searchParams].map(([name, value]) => [name, this.#parameter(name, value, isOperation)] as const)
    return query.length === 0 ? path : `${path}?${new URLSearchParams(query.map((pair) => [...pair])).toString()}`
  }

  #parameter(name: string, value: string, isOperation: boolean): string {
    const key = name.toLowerCase()
    if (key === 'api-version') return value
    if (isOperation || !PLAIN_PARAMETERS.has(key)) return this.#opaque(value)
    return this.#embedded(value)
  }

  /** A body: JSON member by member; any other text as a sentence. */
  body(text: string): string {
    if (text.trim() === '') return text
    let json: Json
    try {
      json = parseExactJson(text)
    } catch {
      return this.#withoutSecrets(this.#sentence(text))
    }
    this.#learn(json)
    const scrubbed = this.#value(json, '', '')
    return this.#withoutSecrets(exactText(scrubbed))
  }

  /** Names stand in ids, which may come behind a sentence that holds them. */
  #learn(value: Json): void {
    if (typeof value === 'string') {
      if (value.startsWith('/subscriptions/')) this.#path(value)
    } else if (Array.isArray(value)) for (const item of value) this.#learn(item)
    else if (isJsonObject(value)) for (const member of Object.values(value)) this.#learn(member)
  }

  #value(value: Json, key: string, parent: string): Json {
    if (typeof value === 'string') return this.#string(value, key, parent)
    if (Array.isArray(value)) return value.map((item) => this.#value(item, key, parent))
    if (!isJsonObject(value)) return value
    return this.#object(value, key)
  }

  #object(object: JsonObject, key: string): JsonObject {
    const entries = Object.entries(object).map(([name, value]): [string, Json] => {
      if (SECRET_KEY.test(name)) return [name, this.#masked(value)]
      // keys of tags and of sets of ids are somebody's
      const shown = key.toLowerCase() === 'tags' ? this.name(name) : name.startsWith('/') ? this.#path(name) : name
      return [shown, this.#value(value, name, key)]
    })
    return Object.fromEntries(entries)
  }

  #masked(value: Json): Json {
    if (value === null) return null
    if (typeof value === 'string' && value.length >= 8) this.#secrets.add(value)
    return Array.isArray(value) ? [] : MASK
  }

  #withoutSecrets(text: string): string {
    let clean = text
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, MASK)
    return clean
  }

  #string(text: string, key: string, parent: string): string {
    const name = key.toLowerCase()
    const holder = parent.toLowerCase()
    const isWord = (name === 'value' || name === 'localizedvalue') && (holder === 'name' || VOCABULARY_KEYS.has(holder))
    if (name === 'nextlink' || /^https?:\/\//i.test(text)) return this.#link(text)
    if (name === 'name' && holder === 'sku') return text
    // a routing table prints a network of a class without its length
    if (name === 'network' && !text.includes('/')) return this.#address(text, classLength(text))
    const clean = this.#embedded(text)
    if (this.#isWhole(text)) return clean
    if (isPlain(text) || isWellKnown(text) || isWord || VOCABULARY_KEYS.has(name)) return clean
    if (SENTENCE_KEYS.has(name)) return this.#sentence(text)
    return this.name(text)
  }

  /** Whether ids and addresses are all that a text holds. */
  #isWhole(text: string): boolean {
    return /^[\s,;W/"()~|-]*$/.test(text.replace(ANY_FORM, ''))
  }

  /** Ids, people and addresses in a text, mapped; the rest stays. */
  #embedded(text: string): string {
    return text.replace(ANY_FORM, (found: string, ...more: unknown[]) => {
      const groups = more.at(-1) as Record<Form, string | undefined>
      if (groups.path) return this.#path(found)
      if (groups.person) return `person-${this.#keyed.hex('person', found.toLowerCase(), 8)}@example.invalid`
      if (groups.guid) return this.#guid(found)
      if (groups.hex) return this.#keyed.hex('hex', found.toLowerCase(), Math.min(64, found.length))
      return groups.mac ? this.#mac(found) : this.#address(found)
    })
  }

  #sentence(text: string): string {
    const quoted = this.#embedded(text).replace(QUOTED, (whole, mark: string, inside: string) => {
      const isOwn = OWN_QUOTE.test(inside) || isPlain(inside) || isWellKnown(inside) || this.#isMapped(inside)
      return isOwn ? whole : `${mark}${this.name(inside)}${mark}`
    })
    const pattern = this.#knownNames()
    return pattern ? quoted.replace(pattern, (name) => this.#names.get(name.toLowerCase()) ?? name) : quoted
  }

  #isMapped(text: string): boolean {
    return /^\/subscriptions\//i.test(text) || this.#isWhole(text)
  }

  #knownNames(): RegExp | null {
    if (this.#names.size === 0) return null
    this.#namesPattern ??= new RegExp(
      `(?<![\\w-])(?:${[...this.#names.keys()]
        .toSorted((a, b) => b.length - a.length)
        .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('|')})(?![\\w-])`,
      'gi',
    )
    return this.#namesPattern
  }

  /** One name of somebody's, mapped whole. */
  name(text: string): string {
    if (this.#keepsNames || isWellKnown(text) || text === '') return text
    return `name-${this.#keyed.hex('name', text.toLowerCase(), 8)}`
  }

  #learnedName(text: string): string {
    const mapped = this.name(text)
    const key = text.toLowerCase()
    if (mapped !== text && key.length >= LEAST_KNOWN && !this.#names.has(key)) {
      this.#names.set(key, mapped)
      this.#namesPattern = null
    }
    return mapped
  }

  #path(path: string): string {
    const out: string[] = []
    let at: 'container' | 'namespace' | 'type' | 'name' = 'container'
    let before = ''
    for (const encoded of path.split('/')) {
      const segment = decoded(encoded)
      const key = segment.toLowerCase()
      let shown = segment
      if (key === 'providers') at = 'namespace'
      else if (at === 'container') shown = this.#container(segment, before)
      else if (at === 'namespace') at = 'type'
      else if (at === 'type') at = 'name'
      else {
        shown = OPERATIONS.has(before)
          ? this.#opaque(segment)
          : before === 'locations'
            ? segment
            : this.#segment(segment)
        at = 'type'
      }
      out.push(encodeURI(shown).replaceAll('?', '%3F').replaceAll('#', '%23'))
      before = key
    }
    return out.join('/')
  }

  #container(segment: string, before: string): string {
    if (before === 'subscriptions') return this.#segment(segment)
    return before === 'resourcegroups' ? this.#segment(segment) : segment
  }

  #segment(segment: string): string {
    const mapped = this.#embedded(segment)
    if (segment !== '' && this.#isWhole(segment)) return mapped
    return this.#learnedName(segment)
  }

  #link(url: string): string {
    if (!URL.canParse(url)) return this.name(url)
    const { hostname, pathname } = new URL(url)
    if (/\/subscriptions(\/|$)/i.test(pathname)) return `${RECORDED_ORIGIN}${this.url(url)}`
    return `https://${this.#keyed.hex('host', hostname, 8)}.invalid/`
  }

  /** A header's value, as its name asks for. */
  header(name: string, value: string): string {
    return /location|operation$/.test(name) && URL.canParse(value, RECORDED_ORIGIN)
      ? `${RECORDED_ORIGIN}${this.url(value)}`
      : this.#embedded(value)
  }

  #opaque(value: string): string {
    return `o${this.#keyed.hex('opaque', value, 24)}`
  }

  #guid(guid: string): string {
    const digits = this.#keyed.hex('guid', guid.toLowerCase(), 32)
    return [
      digits.slice(0, 8),
      digits.slice(8, 12),
      `4${digits.slice(13, 16)}`,
      `a${digits.slice(17, 20)}`,
      digits.slice(20),
    ].join('-')
  }

  #mac(mac: string): string {
    if (this.#keepsAddresses) return mac
    const digits = this.#keyed.hex('mac', mac.toLowerCase().replace(/[.:-]/g, ''), 12)
    let next = 0
    return mac.replace(/[0-9a-f]/gi, () => digits[next++] ?? '0')
  }

  #address(text: string, length?: number): string {
    return this.#keepsAddresses ? text : (this.#addresses.map(text, length) ?? text)
  }
}

/** Length of a network of a class; undefined where the host part is not 0. */
function classLength(text: string): number | undefined {
  const octets = text.split('.').map(Number)
  if (octets.length !== 4 || octets.some((octet) => !Number.isInteger(octet))) return undefined
  const [first = 0] = octets
  const bytes = first < 128 ? 1 : first < 192 ? 2 : 3
  return octets.slice(bytes).every((octet) => octet === 0) ? bytes * 8 : undefined
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
